-- One request over and over, or one of its kind with a name of its own. What is sent stands in variables, because wrk
-- gives scripts no other parameters: METHOD, TARGET, BODY, HEADERS ("Name: value"). @T is the number of the thread,
-- @N counts, @R is another in each run.
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

local method, target, body = os.getenv("METHOD"), os.getenv("TARGET"), os.getenv("BODY")
local run = os.getenv("RUN")
local headers = {}
local fixed

function init(args)
  conflicts, refused, count = 0, 0, 0
  for line in string.gmatch(os.getenv("HEADERS") or "", "[^\n]+") do
    local name, value = string.match(line, "([^:]+): (.*)")
    headers[name] = value
  end
  if body then headers["Content-Type"] = "application/json" end
  if not (string.find(target .. (body or ""), "@N", 1, true)) then
    fixed = wrk.format(method, fill(target), headers, body and fill(body))
  end
end

function fill(text)
  local named = string.gsub(string.gsub(text, "@T", tostring(id)), "@R", run)
  return (string.gsub(named, "@N", tostring(count)))
end

function request()
  if fixed then return fixed end
  count = count + 1
  return wrk.format(method, fill(target), headers, body and fill(body))
end

function response(status)
  if status == 409 then conflicts = conflicts + 1
  elseif status >= 400 then refused = refused + 1 end
end

function done(summary, latency)
  local conflicted, failed = 0, 0
  for _, thread in ipairs(threads) do
    conflicted = conflicted + thread:get("conflicts")
    failed = failed + thread:get("refused")
  end
  local errors = summary.errors
  failed = failed + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %f %f %f %d %d\n",
    (summary.requests - conflicted - failed) / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, conflicted, failed))
end
