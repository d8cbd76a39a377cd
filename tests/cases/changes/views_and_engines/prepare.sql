-- error 55000
SELECT tandem.start(':link');
SELECT tandem.unmap(':link', 'counted');
SELECT tandem.unmap(':link', 'passing');
SELECT tandem.unmap(':link', 'log_line');
