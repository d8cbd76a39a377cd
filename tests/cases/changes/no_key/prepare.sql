-- error 55000
SELECT tandem.start(':link');
SELECT tandem.unmap(':link', 'bare');
SELECT tandem.unmap(':link', 'nullable');
SELECT tandem.unmap(':link', 'indexed');
