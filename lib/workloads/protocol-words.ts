import type { ProxyProtocolName } from '../linkerd/protocol';

const APP_PROTOCOLS = new Map<string, ProxyProtocolName>([
  ['http', 'HTTP/1'],
  ['ws', 'HTTP/1'],
  ['kubernetes.io/ws', 'HTTP/1'],
  ['http2', 'HTTP/2'],
  ['h2c', 'HTTP/2'],
  ['kubernetes.io/h2c', 'HTTP/2'],
  ['grpc', 'gRPC'],
  ['kubernetes.io/grpc', 'gRPC'],
  ['https', 'TLS'],
  ['wss', 'TLS'],
  ['kubernetes.io/wss', 'TLS'],
  ['tls', 'TLS'],
  ['linkerd.io/opaque', 'opaque'],
]);

/** Other protocols, which a proxy carries without parsing. */
const OTHERS = [
  'tcp',
  'mysql',
  'mariadb',
  'postgres',
  'postgresql',
  'pgsql',
  'redis',
  'mongo',
  'mongodb',
  'amqp',
  'kafka',
  'nats',
  'memcache',
  'memcached',
  'ldap',
  'smtp',
  'mqtt',
  'ssh',
  'zookeeper',
  'cassandra',
  'cql',
  'epmd',
  'gossip',
  'raft',
];

/** The protocol that a Service port's `appProtocol` means; unknown words mean nothing. */
export function ofAppProtocol(word: string): ProxyProtocolName | undefined {
  const known = word.toLowerCase();
  return APP_PROTOCOLS.get(known) ?? (OTHERS.includes(known) ? 'opaque' : undefined);
}

const FIRST_WORDS = new Map<string, ProxyProtocolName>([
  ['http', 'HTTP/1'],
  ['http1', 'HTTP/1'],
  ['web', 'HTTP/1'],
  ['ws', 'HTTP/1'],
  ['rest', 'HTTP/1'],
  ['http2', 'HTTP/2'],
  ['h2c', 'HTTP/2'],
  ['grpc', 'gRPC'],
  ['https', 'TLS'],
  ['tls', 'TLS'],
  ['ssl', 'TLS'],
]);

/** The protocol in a port's name: by convention its first word (`grpc`, `http-api`, `tcp-gossip`). */
export function ofPortName(name: string): ProxyProtocolName | undefined {
  const word = name.toLowerCase();
  if (word === 'grpc-web' || isMetricsName(word)) return isTlsMetrics(word) ? 'TLS' : 'HTTP/1';
  const first = word.split(/[-_.]/, 1)[0] ?? '';
  return FIRST_WORDS.get(first) ?? (OTHERS.includes(first) ? 'opaque' : undefined);
}

/** Whether a port serves metrics, by its name. */
export function isMetricsName(name: string): boolean {
  return /(^|-)(metrics?|prom|prometheus|telemetry|monitoring)(-|$)/.test(name.toLowerCase());
}

function isTlsMetrics(name: string): boolean {
  return name.startsWith('https') || name.startsWith('tls');
}

/** Ports of non-HTTP protocols; in some of them the server speaks first, so detection would wait in vain. */
const WELL_KNOWN = new Map([
  [21, 'FTP'],
  [22, 'SSH'],
  [25, 'SMTP'],
  [587, 'SMTP'],
  [1433, 'SQL Server'],
  [1883, 'MQTT'],
  [3306, 'MySQL'],
  [4222, 'NATS'],
  [5432, 'PostgreSQL'],
  [5672, 'AMQP'],
  [6379, 'Redis'],
  [9042, 'Cassandra'],
  [9092, 'Kafka'],
  [9300, 'Elasticsearch'],
  [11211, 'memcached'],
  [27017, 'MongoDB'],
]);

/** The non-HTTP protocol that a port number is known for. */
export function knownForNumber(number: number): string | undefined {
  return WELL_KNOWN.get(number);
}
