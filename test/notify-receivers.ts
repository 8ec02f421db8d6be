import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { generate } from 'selfsigned';

/** A certificate for localhost, its key, and what signed it: itself. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export async function makeCertificate(name = 'localhost'): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { cert, key };
}

/** What a webhook's receiver does with a request. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Takes the request and never answers; closes without an answer; closes before it has read all. */
  | 'hang'
  | 'close'
  | 'reset';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A webhook's receiver: takes what `decide` lets it take, and keeps it. */
export class HttpReceiver {
  /** All requests that were read whole. */
  readonly requests: Received[] = [];
  /** Those that were answered with success. */
  readonly taken: Received[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #isTls: boolean;

  constructor(decide: (request: Received, count: number) => Behaviour, tls?: Certificate) {
    const listen: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      if (decide({ headers: request.headers, body: '' }, this.requests.length) === 'reset') {
        request.socket.resetAndDestroy();
        this.requests.push({ headers: request.headers, body: '' });
        return;
      }
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const received = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        const behaviour = decide(received, this.requests.length);
        this.requests.push(received);
        if (behaviour === 'hang') return;
        if (typeof behaviour === 'string') {
          request.socket.destroy();
          return;
        }
        if (behaviour.status >= 200 && behaviour.status < 300) this.taken.push(received);
        response.writeHead(behaviour.status, behaviour.headers).end('{"said":"thanks"}');
      });
    };
    this.#isTls = tls !== undefined;
    this.#server = tls === undefined ? createHttp(listen) : createHttps(tls, listen);
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
  }

  async open(port = 0): Promise<string> {
    const actual = await listenOn(this.#server, port);
    return `${this.#isTls ? 'https' : 'http'}://localhost:${actual}/hook`;
  }

  async close(): Promise<void> {
    await closeServer(this.#server, this.#sockets);
  }

  /** Ids of the findings that were taken, in their order, also those taken twice. */
  get ids(): string[] {
    return this.taken.flatMap(({ body }) => {
      const { records }: { readonly records: readonly { readonly id: string }[] } = JSON.parse(body);
      return records.map(({ id }) => id);
    });
  }
}

/** What a syslog receiver does with a connection. `end`: ends it at once. */
export type StreamBehaviour = 'read' | 'hang' | 'end' | 'reset';

/** A syslog receiver over TCP or TLS: reads to the end, then ends its side, as others do. */
export class StreamReceiver {
  /** What came in each connection that was read to its end. */
  readonly connections: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(decide: (count: number) => StreamBehaviour, tls?: Certificate & { readonly clientCa?: string }) {
    let count = 0;
    const listen = (socket: Socket): void => {
      socket.on('error', () => undefined);
      const behaviour = decide(count++);
      if (behaviour === 'hang') return;
      if (behaviour === 'end') socket.end();
      if (behaviour === 'reset') socket.once('data', () => (tls === undefined ? socket.resetAndDestroy() : socket.destroy()));
      if (behaviour !== 'read') return;
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.once('end', () => this.connections.push(Buffer.concat(chunks)));
    };
    this.#server =
      tls === undefined
        ? createTcp(listen)
        : createTls(
            { ...tls, ...(tls.clientCa !== undefined && { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }) },
            listen,
          );
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    this.#server.on('tlsClientError', () => undefined);
  }

  async open(port = 0): Promise<number> {
    return await listenOn(this.#server, port);
  }

  async close(): Promise<void> {
    await closeServer(this.#server, this.#sockets);
  }

  /** Cut as octet counting says. */
  get messages(): string[] {
    return this.connections.flatMap((bytes) => {
      const messages: string[] = [];
      for (let at = 0; at < bytes.length;) {
        const blank = bytes.indexOf(' ', at);
        const digits = bytes.toString('latin1', at, blank);
        if (!/^[1-9]\d*$/.test(digits)) throw new Error(`no length: ${digits}`);
        const end = blank + 1 + Number(digits);
        if (end > bytes.length) throw new Error('a torn message');
        messages.push(bytes.toString('utf8', blank + 1, end));
        at = end;
      }
      return messages;
    });
  }
}

async function listenOn(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** A record of the native format, with whatever text. */
export function findingLine(id: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    schema: 'exhunt/1',
    record: 'finding',
    id,
    '@timestamp': '2021-03-03T06:59:13.030Z',
    rule: { id: 'proxylogon-ssrf', name: 'ProxyLogon: request through the SSRF', level: 'high', stage: 'exploit' },
    message: 'A request went through',
    host: { name: 'EX01' },
    log: { type: 'iis-w3c', file: { path: 'C/u_ex210303.log' }, line: 7, offset: 700 },
    event: { original: '2021-03-03 06:59:13 POST /ecp/y.js' },
    matched: [{ field: 'cs-uri-stem', value: '/ecp/y.js', view: 'raw' }],
    ...more,
  });
}
