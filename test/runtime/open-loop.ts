import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../helpers/clock.ts';
import { stream } from '../helpers/http-client.ts';

/** One request of a load, as its client saw it. Times are ms. */
export interface Answer {
  readonly prompt: string;
  /** What the load was doing when it was sent. */
  readonly phase: string;
  /** Since the phase began. */
  readonly sinceStart: number;
  /** 0 when there was none. */
  readonly status: number;
  readonly isComplete: boolean;
  /** From sending to the head of the answer. */
  readonly wait: number;
}

export interface OpenLoop {
  /** Names what follows. */
  enter(phase: string): void;
  /** Sends no more, and resolves with every answer once the last one is there. */
  finish(): Promise<readonly Answer[]>;
}

/** Sends chat completions at a constant rate, however long answers take; every other one is a stream. */
export function startOpenLoop(options: {
  readonly port: number;
  readonly path: string;
  readonly perSecond: number;
}): OpenLoop {
  const agent = new Agent({ keepAlive: true });
  const answers: Promise<Answer>[] = [];
  const begun = now();
  let phase = { name: '', at: begun };
  let isOver = false;

  async function run(): Promise<void> {
    while (!isOver) {
      const due = begun + (answers.length * 1000) / options.perSecond;
      if (due > now()) await sleep(due - now());
      const prompt = `${options.path} ${answers.length}`;
      answers.push(ask({ ...options, agent, prompt, isStream: answers.length % 2 === 0, phase }));
    }
  }

  const running = run();
  return {
    enter(name) {
      phase = { name, at: now() };
    },
    async finish() {
      isOver = true;
      await running;
      const all = await Promise.all(answers);
      agent.destroy();
      return all;
    },
  };
}

async function ask(options: {
  readonly port: number;
  readonly path: string;
  readonly agent: Agent;
  readonly prompt: string;
  readonly isStream: boolean;
  readonly phase: { readonly name: string; readonly at: number };
}): Promise<Answer> {
  const { port, path, agent, prompt, isStream, phase } = options;
  const sentAt = now();
  const seen = { prompt, phase: phase.name, sinceStart: sentAt - phase.at };
  let status = 0;
  let wait = 0;
  try {
    const json = { model: 'gpt-4o', stream: isStream, messages: [{ role: 'user', content: prompt }] };
    const response = await stream({ port, path, agent, json, timeoutMs: 30_000 });
    status = response.status;
    wait = response.headersAt - sentAt;
    let text = '';
    for await (const chunk of response) text += chunk.text;
    return { ...seen, status, wait, isComplete: isStream ? text.endsWith('data: [DONE]\n\n') : isJson(text) };
  } catch {
    return { ...seen, status, wait: wait || now() - sentAt, isComplete: false };
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
