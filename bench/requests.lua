-- Sends the prepared requests of a file, one after another, each once. The file's name comes after `--`.
-- A record ends with byte 30; its fields end with byte 31: method, path, value of Stripe-Signature or nothing, body.

local requests = {}
local at = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for record in file:read("*a"):gmatch("([^\30]*)\30") do
    local method, path, signature, body = record:match("([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31")
    local headers = {}
    if body ~= "" then headers["content-type"] = "application/json" end
    if signature ~= "" then headers["stripe-signature"] = signature end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
  file:close()
end

function request()
  at = at + 1
  if at >= #requests then wrk.thread:stop() end
  return requests[math.min(at, #requests)]
end
