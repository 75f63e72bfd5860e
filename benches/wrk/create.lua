-- POST /api/v1/invoices, each request with an Idempotency-Key of its own. Arguments: API key, prefix of the keys.
dofile(os.getenv("PEPAY_BENCH_WRK") .. "/report.lua")

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local body = '{"amount_usd":49.99,"description":"Order of two items","customer_id":"customer-7","metadata":{"order":"1001"}}'
  head = "POST /api/v1/invoices HTTP/1.1\r\nhost: " .. wrk.host .. "\r\nx-api-key: " .. args[1]
    .. "\r\ncontent-type: application/json\r\ncontent-length: " .. #body
    .. "\r\nidempotency-key: " .. args[2] .. "-" .. number .. "-"
  tail = "\r\n\r\n" .. body
  count = 0
end

function request()
  count = count + 1
  return head .. count .. tail
end
