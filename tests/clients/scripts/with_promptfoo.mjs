// promptfoo, which compares prompts and models. A configuration is evaluated by its command.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { MODEL, PARAMETERS, TUNED, WEATHER, assert, step } from "./steps.mjs";

process.env.PROMPTFOO_DISABLE_TELEMETRY = "1";
process.env.PROMPTFOO_DISABLE_UPDATE = "1";

function evaluated(id, config = {}) {
  const assertion = { type: "javascript", value: "output !== undefined" };
  const tests = [{ vars: { city: "Bonn" }, assert: [assertion] }];
  const prompts = ["What is the weather in {{city}}?"];
  fs.writeFileSync("config.json", JSON.stringify({ prompts, providers: [{ id, config }], tests }));
  const words = ["eval", "-c", "config.json", "-o", "out.json", "--no-cache", "--no-progress-bar", "--no-table"];
  try {
    execFileSync("node_modules/.bin/promptfoo", words, { stdio: "pipe" });
  } catch (error) {
    if (!fs.existsSync("out.json")) throw new Error(`${error.stdout} ${error.stderr}`);
  }
  const [result] = JSON.parse(fs.readFileSync("out.json", "utf8")).results.results;
  fs.rmSync("out.json");
  assert(!result.error, result.error);
  return result.response.output;
}

await step("chat", () => assert(evaluated(`openai:chat:${MODEL}`) !== undefined));

await step("tools", () => {
  const output = evaluated(`openai:chat:${MODEL}`, { tools: [WEATHER], tool_choice: "required" });
  assert(JSON.stringify(output).includes("weather"), JSON.stringify(output));
});

await step("structured", () => {
  const json_schema = { name: "weather", strict: true, schema: PARAMETERS };
  const output = evaluated(`openai:chat:${MODEL}`, { response_format: { type: "json_schema", json_schema } });
  assert(["Bonn", "Ulm"].includes(output.city), JSON.stringify(output));
});

await step("responses", () => assert(evaluated(`openai:responses:${MODEL}`) !== undefined));

await step("tuned", () => assert(evaluated(`openai:chat:${TUNED}`) !== undefined));
