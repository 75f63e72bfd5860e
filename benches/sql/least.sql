-- The least that can be called a row.
INSERT INTO bench_rows (data) VALUES ('01990000-0000-7000-8000-000000000000');
