import { valueAt, isFields, asList, asText, type Fields } from '../kubernetes/fields';
import { pathText, type Path } from '../kubernetes/path';
import type { Fault } from '../kubernetes/fault';
import {
  GATEWAY_GROUP,
  NETWORKING_GROUP,
  POD_TEMPLATES,
  POLICY_GROUP,
  WORKLOAD_GROUP,
} from '../kubernetes/kinds';
import { furtherTemplates } from '../kubernetes/further-templates';
import { shapeOfTemplate } from '../kubernetes/pod-template-home';
import { groupOf } from '../kubernetes/references';
import { readConfigValues } from './config-templates';

/**
 * Unrendered templates. A `${VAR}` in an argument, or a `{{ $labels.pod }}` in an alert text or a dashboard, is data and
 * stays; but if a value decides what the object is or who gets in, the object cannot be judged.
 */
export function templateFaults(object: Fields): Fault[] {
  const faults: Fault[] = [];
  const judged = judgedFields(object);
  function visit(value: unknown, path: Path, structural: boolean): void {
    if (typeof value === 'string') {
      const found = structural ? templateIn(value) : undefined;
      if (found !== undefined) faults.push(fault(path, value, found));
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, [...path, index], judged([...path, index])));
    } else if (isFields(value)) {
      for (const key of Object.keys(value)) {
        const below = [...path, key];
        const matters = judged(below);
        const found = matters ? templateIn(key) : undefined;
        if (found !== undefined) faults.push(fault(below, key, found));
        visit(value[key], below, matters);
      }
    }
  }
  visit(object, [], false);
  for (const { path, text } of readConfigValues(object)) {
    const found = templateIn(text);
    if (found !== undefined) faults.push(fault(['data', 'values'], text, found, path));
  }
  return faults;
}

/** Cheap test for texts whose objects need a closer look. */
export function mayHaveTemplates(text: string): boolean {
  if (text.includes('{{') || text.includes('ENC[')) return true;
  return text.includes('$') && (text.includes('${') || /(?:^|[\s"',:[{])\$[A-Za-z_]/.test(text));
}

interface Template {
  readonly what: string;
  readonly remedy: string;
}

const HELM: Template = {
  what: 'a Helm or Go template',
  remedy: 'render it first: `helm template RELEASE CHART | namespace-jail … -`',
};
const VARIABLE: Template = {
  what: 'a Flux or envsubst placeholder',
  remedy: 'substitute it first: `flux build kustomization …`, or `envsubst < FILE | namespace-jail … -`',
};
const SOPS: Template = {
  what: 'a SOPS-encrypted value',
  remedy: 'decrypt it first: `sops -d FILE | namespace-jail … -`',
};

function templateIn(value: string): Template | undefined {
  if (value.includes('{{')) return HELM;
  if (value.includes('${') || /^\$[A-Za-z_]\w*$/.test(value)) return VARIABLE;
  return value.startsWith('ENC[') ? SOPS : undefined;
}

/** `below` is the path within a field that holds YAML itself. */
function fault(path: Path, value: string, template: Template, below: Path = []): Fault {
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  const field = [pathText(path) || 'the document', ...(below.length === 0 ? [] : [pathText(below)])];
  const message = `${field.join(': ')} contains ${template.what}, ${JSON.stringify(short)}, but judging the object needs the actual value`;
  return { path, message, remedy: template.remedy };
}

type Judge = (path: Path) => boolean;

/**
 * Which fields of an object must be known to judge it: those that some answer reads. Everything else is data, in which
 * template marks are text like any other: `linkerd-config` itself keeps Helm values with a `{{ … }}` in them.
 */
function judgedFields(object: Fields): Judge {
  const group = groupOf(asText(valueAt(object, 'apiVersion')) ?? '');
  const kind = asText(valueAt(object, 'kind')) ?? '';
  const isJudged = specJudge(object, group, kind);
  return (path) => {
    if (path[0] === 'apiVersion' || path[0] === 'kind') return true;
    if (path[0] === 'metadata') return isJudgedMetadata(path, 1);
    return isJudged !== undefined && path[0] === 'spec' && isJudged(path);
  };
}

/** For the kinds of which the spec is read: by what it judges the fields below. */
function specJudge(object: Fields, group: string, kind: string): Judge | undefined {
  if (group === POLICY_GROUP || group === WORKLOAD_GROUP) return isJudgedRouteField;
  if (group === GATEWAY_GROUP) {
    if (!ROUTES.has(kind)) return undefined;
    return hasMeshParent(object) ? isJudgedRouteField : isJudgedGatewayRouteField;
  }
  if (group === NETWORKING_GROUP) return NETWORKING_KINDS.get(kind);
  if (group === '' && kind === 'Service') return (path) => SERVICE_FIELDS.has(String(path[1] ?? ''));
  const template = POD_TEMPLATES.get(kind)?.path ?? shapeOfTemplate(object);
  const further = furtherTemplates(object);
  const templates = [...(template === undefined ? [] : [template]), ...further.map(({ path }) => path)];
  if (templates.length === 0) return undefined;
  return (path) => {
    if (path[1] === 'selector') return true;
    const home = templates.find((one) => one.every((key, index) => path[index] === key));
    if (home === undefined) return false;
    const below = home.length + 1;
    return path[below - 1] === 'metadata'
      ? isJudgedMetadata(path, below)
      : isJudgedPodField(path.slice(below));
  };
}

const ROUTES = new Set(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute']);
/** Of an Ingress its class and where it leads to; its hosts, paths and certificates are nobody's question. */
const NETWORKING_KINDS: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['NetworkPolicy', () => true],
  ['IngressClass', (path) => path[1] === 'controller'],
  [
    'Ingress',
    (path) =>
      path[1] === 'ingressClassName' || path.some((key) => key === 'backend' || key === 'defaultBackend'),
  ],
]);
const SERVICE_FIELDS = new Set([
  'selector',
  'type',
  'clusterIP',
  'ports',
  'externalName',
  'externalTrafficPolicy',
  'loadBalancerSourceRanges',
]);

/** Of the filters of a route only what admission checks; values of headers and names of hosts are free text. */
function isJudgedRouteField(path: Path): boolean {
  const filters = path.indexOf('filters');
  if (filters === -1) return true;
  const [member, part, , field] = path.slice(filters + 2);
  if (member === 'requestRedirect') return part === 'path' || part === 'statusCode';
  if (member === 'requestHeaderModifier' || member === 'responseHeaderModifier')
    return part === 'remove' || field === 'name';
  return member === 'type';
}

/** A route of an ordinary Gateway is read only for who is behind it. */
function isJudgedGatewayRouteField(path: Path): boolean {
  if (path[1] === 'parentRefs') return true;
  return path[1] === 'rules' && path[3] === 'backendRefs' && !path.includes('filters');
}

/** Whether the route is Linkerd's business; a parent that is a template itself may be anything. */
function hasMeshParent(object: Fields): boolean {
  return asList(valueAt(object, 'spec', 'parentRefs')).some((parent) => {
    const kind = asText(valueAt(parent, 'kind')) ?? 'Gateway';
    return kind !== 'Gateway' && kind !== 'ListenerSet';
  });
}

const POD_FIELDS = new Set([
  'serviceAccountName',
  'serviceAccount',
  'automountServiceAccountToken',
  'hostNetwork',
]);
const CONTAINER_FIELDS = new Set(['name', 'ports', 'restartPolicy']);
const PROBES = new Set(['livenessProbe', 'readinessProbe', 'startupProbe']);
const PROBE_ACTIONS = new Set(['httpGet', 'grpc', 'tcpSocket']);

function isJudgedMetadata(path: Path, from: number): boolean {
  const field = path[from];
  if (field === 'annotations') return String(path[from + 1] ?? '').includes('linkerd.io/');
  return field === 'name' || field === 'namespace' || field === 'generateName' || field === 'labels';
}

function isJudgedPodField(path: Path): boolean {
  const [field, , part, action, detail] = path;
  if (POD_FIELDS.has(String(field))) return true;
  if (field !== 'containers' && field !== 'initContainers') return false;
  if (CONTAINER_FIELDS.has(String(part))) return true;
  return PROBES.has(String(part)) && PROBE_ACTIONS.has(String(action)) && detail !== 'httpHeaders';
}
