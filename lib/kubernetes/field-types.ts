import { isFields, type Fields } from './fields';
import { pathText, type Path } from './path';
import { describe, type Fault } from './fault';
import { CORE_GROUP, POD_TEMPLATES } from './kinds';

/**
 * Types of the fields that Linkerd reads in Kubernetes' own kinds. The API server refuses an object if a field has
 * another type; reading `containerPort: "8080"` as no port at all would hide a way in.
 */
type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'port'
  | 'port or name'
  | 'target port'
  | { readonly mapOf: Shape }
  | { readonly listOf: Shape }
  | { readonly fields: ReadonlyMap<string, Shape> };

function mapping(fields: Readonly<Record<string, Shape>>): Shape {
  return { fields: new Map(Object.entries(fields)) };
}

const TEXTS: Shape = { mapOf: 'string' };
const LABEL_SELECTOR = mapping({
  matchLabels: TEXTS,
  matchExpressions: { listOf: mapping({ key: 'string', operator: 'string', values: { listOf: 'string' } }) },
});
const PROBE = mapping({
  httpGet: mapping({ path: 'string', port: 'port or name', scheme: 'string', host: 'string' }),
  tcpSocket: mapping({ port: 'port or name', host: 'string' }),
  grpc: mapping({ port: 'port', service: 'string' }),
});
const CONTAINER = mapping({
  name: 'string',
  restartPolicy: 'string',
  ports: {
    listOf: mapping({ containerPort: 'port', hostPort: 'integer', name: 'string', protocol: 'string' }),
  },
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  startupProbe: PROBE,
});
const POD_SPEC = mapping({
  serviceAccountName: 'string',
  serviceAccount: 'string',
  automountServiceAccountToken: 'boolean',
  hostNetwork: 'boolean',
  containers: { listOf: CONTAINER },
  initContainers: { listOf: CONTAINER },
});
const TEMPLATE = mapping({ spec: POD_SPEC });

/** What a controller has besides its template; a Job's selector is not its own. */
const SELECTORS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['ReplicationController', TEXTS],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind): [string, Shape] => [
    kind,
    LABEL_SELECTOR,
  ]),
]);

function withTemplate(kind: string, path: readonly string[]): Shape {
  const selector = SELECTORS.get(kind);
  return path.reduceRight<Shape>((below, key, depth) => {
    const beside = depth === 1 && selector !== undefined ? { selector } : {};
    return mapping({ ...beside, [key]: below });
  }, TEMPLATE);
}

/** By kind, with the version that has these types. */
const KINDS: ReadonlyMap<string, readonly [apiVersion: string, shape: Shape]> = new Map<
  string,
  readonly [string, Shape]
>([
  ...[...POD_TEMPLATES].map(([kind, { group, path }]): [string, readonly [string, Shape]] => [
    kind,
    [group === CORE_GROUP ? 'v1' : `${group}/v1`, withTemplate(kind, path)],
  ]),
  [
    'Service',
    [
      'v1',
      mapping({
        spec: mapping({
          selector: TEXTS,
          type: 'string',
          clusterIP: 'string',
          ports: {
            listOf: mapping({ name: 'string', port: 'port', targetPort: 'target port', protocol: 'string' }),
          },
        }),
      }),
    ],
  ],
  ['ConfigMap', ['v1', mapping({ data: TEXTS })]],
]);

/** A value of the wrong type; the message is the path and the problem. */
export interface TypeFault extends Fault {
  readonly problem: string;
}

const NONE: readonly TypeFault[] = [];

/** Type faults in an object of one of Kubernetes' own kinds; nothing is known here about other kinds. */
export function coreTypeFaults(object: Fields, apiVersion: string, kind: string): readonly TypeFault[] {
  const known = KINDS.get(kind);
  if (known === undefined || known[0] !== apiVersion) return NONE;
  if (fits(object, known[1])) return NONE;
  const faults: TypeFault[] = [];
  check(object, known[1], [], faults);
  return faults;
}

/** Whether there are no faults, as in nearly every object; for those no path is built. */
function fits(value: unknown, shape: Shape): boolean {
  if (value === undefined || value === null) return true;
  if (typeof shape === 'string') return isScalar(value, shape);
  if ('listOf' in shape) {
    return Array.isArray(value) && value.every((item) => item !== null && fits(item, shape.listOf));
  }
  if (!isFields(value)) return false;
  for (const key of Object.keys(value)) {
    const below = 'mapOf' in shape ? shape.mapOf : shape.fields.get(key);
    if (below !== undefined && !fits(value[key], below)) return false;
  }
  return true;
}

function check(value: unknown, shape: Shape, path: Path, faults: TypeFault[]): void {
  if (value === undefined || value === null) return; // absent to the API server
  if (typeof shape === 'string') {
    if (!isScalar(value, shape)) faults.push(wrong(value, shape, path));
  } else if ('listOf' in shape) {
    if (!Array.isArray(value)) faults.push(wrong(value, shape, path));
    else {
      value.forEach((item: unknown, index) => {
        // An empty item is not an absent field: the API server reads it as an item without fields, and refuses that.
        if (item === null) faults.push(wrong(item, shape.listOf, [...path, index]));
        else check(item, shape.listOf, [...path, index], faults);
      });
    }
  } else if (!isFields(value)) {
    faults.push(wrong(value, shape, path));
  } else if ('mapOf' in shape) {
    for (const key of Object.keys(value)) check(value[key], shape.mapOf, [...path, key], faults);
  } else {
    for (const [key, below] of shape.fields) {
      if (Object.hasOwn(value, key)) check(value[key], below, [...path, key], faults);
    }
  }
}

type Scalar = Extract<Shape, string>;

const WANTED: Readonly<Record<Scalar, string>> = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  port: 'a port number (1 to 65535)',
  'port or name': 'a port number (1 to 65535) or a port name',
  'target port': 'a port number (1 to 65535) or a port name',
};

function wanted(shape: Shape): string {
  if (typeof shape === 'string') return WANTED[shape];
  return 'listOf' in shape ? 'a list' : 'a mapping';
}

function isScalar(value: unknown, shape: Scalar): boolean {
  switch (shape) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'port':
      return isPort(value);
    case 'target port':
      // API clients write zero for none
      return typeof value === 'string' || value === 0 || isPort(value);
    case 'port or name':
      return typeof value === 'string' || isPort(value);
  }
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

function wrong(value: unknown, shape: Shape, path: Path): TypeFault {
  const isNumberInQuotes = shape === 'port' && typeof value === 'string' && /^\d+$/.test(value);
  const isWord = shape === 'string' && (typeof value === 'number' || typeof value === 'boolean');
  const remedy = isNumberInQuotes
    ? 'remove the quotes'
    : isWord
      ? `quote it, as in "${String(value)}"`
      : `write ${wanted(shape)}`;
  const problem = `is ${describe(value)}, but the API server accepts only ${wanted(shape)} there`;
  return { path, problem, message: `${pathText(path)} ${problem}`, remedy };
}
