-- error 55000
SELECT tandem.start(':link');
SELECT tandem.unmap(':link', 'log');
SELECT tandem.unmap(':link', 'maybe');
