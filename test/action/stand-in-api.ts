import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body?: string;
}

/** What the API does with a request in place of answering it. */
export type Refusal = (
  method: string,
  path: string,
) => readonly [status: number, message: string] | undefined;

/** A stand-in for the part of GitHub's API that is about comments. It keeps them, and records every request. */
export class StandInApi {
  public readonly requests: Recorded[] = [];
  public readonly comments: Comment[] = [];
  public refuse: Refusal = () => undefined;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** `GET /repos/…` each, without what was sent. */
  public get calls(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? undefined : (JSON.parse(text) as { body: string }).body;
    const { method = '', url: path = '' } = request;
    const token = request.headers.authorization;
    this.requests.push({ method, path, token, ...(body === undefined ? {} : { body }) });
    const [status, answer] =
      this.refusal(method, path) ?? this.act(method, new URL(path, 'http://api'), body ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private refusal(method: string, path: string): [number, object] | undefined {
    const refused = this.refuse(method, path);
    return refused && [refused[0], { message: refused[1] }];
  }

  private act(method: string, url: URL, body: string): [number, unknown] {
    if (body.length > 65_536)
      return [422, { message: 'Validation Failed: body is too long (maximum is 65536 characters)' }];
    if (method === 'GET') {
      const page = Number(url.searchParams.get('page') ?? '1');
      const size = Number(url.searchParams.get('per_page') ?? '30');
      return [200, this.comments.slice((page - 1) * size, page * size)];
    }
    if (method === 'POST') {
      const comment = { id: 1000 + this.comments.length, user: { login: 'github-actions[bot]' }, body };
      this.comments.push(comment);
      return [201, { ...comment, html_url: `https://github.test/comment/${comment.id}` }];
    }
    const id = Number(/\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1]);
    const comment = this.comments.find((one) => one.id === id);
    if (method !== 'PATCH' || comment === undefined) return [404, { message: 'Not Found' }];
    comment.body = body;
    return [200, { ...comment, html_url: `https://github.test/comment/${id}` }];
  }
}
