INSERT INTO bench_rows (data) VALUES ('{"object":{"id":"01990000-0000-7000-8000-000000000000","status":"unpaid"}}');
