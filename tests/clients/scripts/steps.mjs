// The same as steps.py, for Node.js.

export const { OPENAI_BASE_URL: BASE_URL, MODEL, TUNED, EXAMPLES } = process.env;
export const ASK = [{ role: "user", content: "What is the weather in Bonn?" }];
export const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string", enum: ["Bonn", "Ulm"] } },
  required: ["city"],
  additionalProperties: false,
};
export const WEATHER = { type: "function", function: { name: "weather", strict: true, parameters: PARAMETERS } };

// Runs a step, prints whether it worked, and gives what it returned.
export async function step(name, run) {
  let value;
  let said = "ok";
  try {
    value = await run();
  } catch (error) {
    said = `${error}`.split(/\s+/).join(" ").slice(0, 400);
  }
  console.log(`${name}\t${said}`);
  return value;
}

export function assert(truth, what = "not as expected") {
  if (!truth) throw new Error(what);
}
