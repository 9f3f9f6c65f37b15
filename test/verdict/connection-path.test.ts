import type { ProtocolMode } from '../../lib/linkerd/protocol';
import { classifyConnection } from '../../lib/verdict/connection-path';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from '../../lib/verdict/request';
import type { ClientTls } from '../../lib/linkerd/client';

const MODES: readonly ProtocolMode[] = ['detect', 'http1', 'http2', 'grpc', 'opaque', 'tls'];

/** How one kind of traffic is judged in each mode; `by none` where the identity or the TLS is lost on the way. */
function row(tls: ClientTls, traffic: Traffic, direct: boolean): string {
  return MODES.map((mode) => {
    const judgement = classifyConnection(mode, tls, traffic, direct);
    const seen = 'tls' in judgement && judgement.tls !== tls ? ` by ${judgement.tls}` : '';
    return `${mode} ${judgement.path}${seen}`;
  }).join(', ');
}

function request(version?: HttpRequest['version']): Traffic {
  return { kind: 'request', request: { path: '/', ...(version === undefined ? {} : { version }) } };
}

describe('how a connection is judged (8.1)', () => {
  it('through the inbound port, by a mesh client', () => {
    expect(row('mesh', request(), false)).toBe(
      'detect http, http1 http, http2 http, grpc http, opaque tcp, tls not-found',
    );
    expect(row('mesh', request('HTTP/1'), false)).toBe(row('mesh', request(), false));
    expect(row('mesh', request('HTTP/2'), false)).toBe(row('mesh', request(), false));
    expect(row('mesh', RAW_CONNECTION, false)).toBe(
      'detect tcp, http1 mismatch, http2 mismatch, grpc mismatch, opaque tcp, tls tcp',
    );
  });

  it('on the port itself, by a client without TLS', () => {
    expect(row('none', request(), false)).toBe(
      'detect http, http1 http, http2 http, grpc http, opaque tcp, tls tcp',
    );
    expect(row('none', request('HTTP/1'), false)).toBe(
      'detect http, http1 http, http2 mismatch, grpc mismatch, opaque tcp, tls tcp',
    );
    expect(row('none', request('HTTP/2'), false)).toBe(
      'detect http, http1 mismatch, http2 http, grpc http, opaque tcp, tls tcp',
    );
    expect(row('none', RAW_CONNECTION, false)).toBe(
      'detect tcp, http1 mismatch, http2 mismatch, grpc mismatch, opaque tcp, tls tcp',
    );
  });

  it('on the port itself, by a client whose TLS the proxy terminates without an identity (3.15)', () => {
    expect(row('unauthenticated-tls', request(), false)).toBe(
      'detect http, http1 http, http2 http, grpc http, opaque tcp by none, tls tcp',
    );
    expect(row('unauthenticated-tls', request('HTTP/1'), false)).toBe(
      'detect http, http1 http, http2 mismatch, grpc mismatch, opaque tcp by none, tls tcp',
    );
    expect(row('unauthenticated-tls', request('HTTP/2'), false)).toBe(
      'detect http, http1 http, http2 http, grpc http, opaque tcp by none, tls tcp',
    );
    expect(row('unauthenticated-tls', RAW_CONNECTION, false)).toBe(
      'detect tcp, http1 mismatch, http2 mismatch, grpc mismatch, opaque tcp by none, tls tcp',
    );
  });

  it("on the proxy's admin port, which detects HTTP whatever the mode, and closes everything else (5.2)", () => {
    expect(row('mesh', request(), true)).toBe(
      'detect http, http1 http, http2 http, grpc http, opaque not-found, tls not-found',
    );
    for (const version of ['HTTP/1', 'HTTP/2'] as const)
      expect(row('none', request(version), true)).toBe(
        'detect http, http1 http, http2 http, grpc http, opaque not-found, tls not-found',
      );
    expect(row('mesh', RAW_CONNECTION, true)).toBe(
      'detect mismatch, http1 mismatch, http2 mismatch, grpc mismatch, opaque mismatch, tls mismatch',
    );
  });

  it.each<[because: string, ProtocolMode, ClientTls, Traffic, boolean]>([
    ['the port speaks HTTP/1, but this is not HTTP', 'http1', 'mesh', RAW_CONNECTION, false],
    ['the port speaks HTTP/2, but this is not HTTP', 'http2', 'mesh', RAW_CONNECTION, false],
    ['the port speaks gRPC, but this is not HTTP', 'grpc', 'mesh', RAW_CONNECTION, false],
    [
      'the proxy assumes HTTP/1 on the port without detection, but this is HTTP/2',
      'http1',
      'none',
      request('HTTP/2'),
      false,
    ],
    [
      'the proxy assumes HTTP/2 on the port without detection, but this is HTTP/1',
      'grpc',
      'none',
      request('HTTP/1'),
      false,
    ],
    ['the port is opaque, so the proxy has no routes for it', 'opaque', 'mesh', request(), true],
    ['the port is TLS, so the proxy has no routes for it', 'tls', 'mesh', request(), false],
  ])('and why it fails: %s', (because, mode, tls, traffic, direct) => {
    expect(classifyConnection(mode, tls, traffic, direct)).toMatchObject({ because });
  });
});
