-- The last line of every run: requests a second, p50 and p99 in microseconds, failures.
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format("%d %d %d %d\n", summary.requests * 1e6 / summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
