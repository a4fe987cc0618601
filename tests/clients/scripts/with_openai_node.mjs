// The package `openai` of npm, as its README shows it.

import fs from "node:fs";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { ASK, EXAMPLES, MODEL, WEATHER, assert, step } from "./steps.mjs";

const client = new OpenAI();
const Weather = z.object({ city: z.enum(["Bonn", "Ulm"]), sunny: z.boolean() });

await step("models", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert(names.includes(MODEL));
});

await step("chat", async () => {
  const reply = await client.chat.completions.create({ model: MODEL, messages: ASK });
  assert(typeof reply.choices[0].message.content === "string");
  assert(reply._request_id.startsWith("req_"));
});

await step("stream", async () => {
  let chunks = 0;
  for await (const chunk of await client.chat.completions.create({ model: MODEL, messages: ASK, stream: true })) {
    chunks += chunk.choices.length;
  }
  assert(chunks > 1);
});

await step("tools", async () => {
  const reply = await client.chat.completions.create({
    model: MODEL,
    messages: ASK,
    tools: [WEATHER],
    tool_choice: "required",
  });
  assert(reply.choices[0].message.tool_calls[0].function.name === "weather");
});

await step("structured", async () => {
  const format = zodResponseFormat(Weather, "weather");
  const reply = await client.chat.completions.parse({ model: MODEL, messages: ASK, response_format: format });
  assert(["Bonn", "Ulm"].includes(reply.choices[0].message.parsed.city));
});

await step("responses", async () => {
  const first = await client.responses.create({ model: MODEL, input: "Hello!" });
  const more = await client.responses.create({ model: MODEL, input: "And now?", previous_response_id: first.id });
  assert(typeof more.output_text === "string");
  assert((await client.responses.retrieve(more.id)).id === more.id);
});

const file = await step("files", async () => {
  const created = await client.files.create({ file: fs.createReadStream(EXAMPLES), purpose: "fine-tune" });
  const content = await (await client.files.content(created.id)).text();
  assert(content === fs.readFileSync(EXAMPLES, "utf8"));
  return (await client.files.waitForProcessing(created.id)).id;
});

const tuned = await step("train", async () => {
  const method = { type: "supervised", supervised: { hyperparameters: { n_epochs: 2, batch_size: 5 } } };
  let job = await client.fineTuning.jobs.create({ model: MODEL, training_file: file, method, suffix: "node" });
  while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    job = await client.fineTuning.jobs.retrieve(job.id);
  }
  assert(job.status === "succeeded", job.error?.message);
  const events = [];
  for await (const event of client.fineTuning.jobs.listEvents(job.id)) events.push(event);
  assert(events.length > 3);
  assert((await client.fineTuning.jobs.checkpoints.list(job.id)).data.length);
  return job.fine_tuned_model;
});

await step("tuned", async () => {
  const reply = await client.chat.completions.create({ model: tuned, messages: ASK });
  assert(reply.model === tuned);
});
