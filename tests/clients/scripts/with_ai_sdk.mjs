// Vercel's AI SDK.

import { createOpenAI } from "@ai-sdk/openai";
import { generateObject, generateText, streamText, tool } from "ai";
import { z } from "zod";
import { BASE_URL, MODEL, TUNED, assert, step } from "./steps.mjs";

const prompt = "What is the weather in Bonn?";
const openai = createOpenAI({ baseURL: BASE_URL });
const City = z.object({ city: z.enum(["Bonn", "Ulm"]) });
const weather = tool({ description: "The weather", inputSchema: City, execute: ({ city }) => `sunny in ${city}` });

await step("chat", async () => {
  assert(typeof (await generateText({ model: openai.chat(MODEL), prompt })).text === "string");
});

await step("stream", async () => {
  let failed;
  const result = streamText({ model: openai.chat(MODEL), prompt, onError: ({ error }) => (failed = error) });
  for await (const _ of result.textStream);
  assert(!failed, `${failed}`);
  assert(["stop", "length"].includes(await result.finishReason));
});

await step("tools", async () => {
  for (const model of [openai.chat(MODEL), openai.responses(MODEL)]) {
    const result = await generateText({ model, prompt, tools: { weather }, toolChoice: "required" });
    assert(result.toolResults[0].output.startsWith("sunny in"));
  }
});

await step("structured", async () => {
  for (const model of [openai.chat(MODEL), openai.responses(MODEL)]) {
    assert(["Bonn", "Ulm"].includes((await generateObject({ model, prompt, schema: City })).object.city));
  }
});

await step("responses", async () => {
  assert(typeof (await generateText({ model: openai.responses(MODEL), prompt })).text === "string");
});

await step("tuned", async () => {
  assert(typeof (await generateText({ model: openai.chat(TUNED), prompt })).text === "string");
});
