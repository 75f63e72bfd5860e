-- GET of one path after another, from a file with one in each line. Arguments: API key, the file.
dofile(os.getenv("PEPAY_BENCH_WRK") .. "/report.lua")

function init(args)
  requests = {}
  for path in io.lines(args[2]) do
    requests[#requests + 1] = "GET " .. path .. " HTTP/1.1\r\nhost: " .. wrk.host .. "\r\nx-api-key: " .. args[1] .. "\r\n\r\n"
  end
  count = 0
end

function request()
  count = count % #requests + 1
  return requests[count]
end
