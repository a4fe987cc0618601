// LangChain for JavaScript.

import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { BASE_URL, MODEL, TUNED, assert, step } from "./steps.mjs";

const QUESTION = "What is the weather in Bonn?";
const Weather = z.object({ city: z.enum(["Bonn", "Ulm"]), sunny: z.boolean() });
const chatModel = (model, more = {}) => new ChatOpenAI({ model, configuration: { baseURL: BASE_URL }, ...more });
const model = chatModel(MODEL);
const weather = tool(({ city }) => `sunny in ${city}`, {
  name: "weather",
  description: "The weather in a city",
  schema: z.object({ city: z.enum(["Bonn", "Ulm"]) }),
});

await step("chat", async () => {
  assert(typeof (await model.invoke(QUESTION)).content === "string");
});

await step("stream", async () => {
  let chunks = 0;
  for await (const _ of await model.stream(QUESTION)) chunks += 1;
  assert(chunks > 1);
});

await step("tools", async () => {
  const message = await model.bindTools([weather], { tool_choice: "any", strict: true }).invoke(QUESTION);
  assert(["Bonn", "Ulm"].includes(message.tool_calls[0].args.city));
});

await step("structured", async () => {
  for (const method of ["jsonSchema", "functionCalling"]) {
    const answer = await model.withStructuredOutput(Weather, { name: "weather", method, strict: true }).invoke(QUESTION);
    assert(["Bonn", "Ulm"].includes(answer.city));
  }
});

await step("responses", async () => {
  assert((await chatModel(MODEL, { useResponsesApi: true }).invoke(QUESTION)).content !== undefined);
});

await step("tuned", async () => {
  assert(typeof (await chatModel(TUNED).invoke(QUESTION)).content === "string");
});
