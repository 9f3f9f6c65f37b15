import { valueAt, isFields, asText, type Fields } from '../kubernetes/fields';
import { pathText, type Path } from '../kubernetes/path';
import type { Fault } from '../kubernetes/fault';
import {
  GATEWAY_GROUP,
  NETWORKING_GROUP,
  POD_TEMPLATES,
  POLICY_GROUP,
  WORKLOAD_GROUP,
} from '../kubernetes/kinds';
import { shapeOfTemplate } from '../kubernetes/pod-template-home';
import { groupOf } from '../kubernetes/references';

/**
 * Templates that nobody rendered. A `${VAR}` in an argument, a `{{ $labels.pod }}` in an alert text or a dashboard are
 * data and stay; where a value decides what the object is or who gets in, the object cannot be judged.
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
  return faults;
}

/** Cheap test for a text whose objects need the closer look. */
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
  remedy: 'render the chart first: `helm template RELEASE CHART | namespace-jail … -`',
};
const VARIABLE: Template = {
  what: 'a placeholder of Flux or envsubst',
  remedy: 'substitute it first: `flux build kustomization …`, or `envsubst < FILE | namespace-jail … -`',
};
const SOPS: Template = {
  what: 'a value encrypted by SOPS',
  remedy: 'decrypt it first: `sops -d FILE | namespace-jail … -`',
};

function templateIn(value: string): Template | undefined {
  if (value.includes('{{')) return HELM;
  if (value.includes('${') || /^\$[A-Za-z_]\w*$/.test(value)) return VARIABLE;
  return value.startsWith('ENC[') ? SOPS : undefined;
}

function fault(path: Path, value: string, template: Template): Fault {
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  const message = `${pathText(path) || 'the document'} holds ${template.what}, ${JSON.stringify(short)}, where a value is needed to judge the object`;
  return { path, message, remedy: template.remedy };
}

/** Whole groups whose objects are read to judge who gets in. */
const JUDGED_GROUPS = new Set([POLICY_GROUP, GATEWAY_GROUP, WORKLOAD_GROUP, NETWORKING_GROUP]);

const POD_FIELDS = new Set([
  'serviceAccountName',
  'serviceAccount',
  'automountServiceAccountToken',
  'hostNetwork',
]);
const CONTAINER_FIELDS = new Set(['name', 'ports', 'restartPolicy']);
const PROBES = new Set(['livenessProbe', 'readinessProbe', 'startupProbe']);
const PROBE_ACTIONS = new Set(['httpGet', 'grpc', 'tcpSocket']);

type Judge = (path: Path) => boolean;

/** Which fields of an object must be known to judge it. */
function judgedFields(object: Fields): Judge {
  const group = groupOf(asText(valueAt(object, 'apiVersion')) ?? '');
  const kind = asText(valueAt(object, 'kind')) ?? '';
  const template = POD_TEMPLATES.get(kind)?.path ?? shapeOfTemplate(object);
  return (path) => {
    if (path[0] === 'apiVersion' || path[0] === 'kind') return true;
    if (path[0] === 'metadata') return isJudgedMetadata(path, 1);
    if (JUDGED_GROUPS.has(group)) return path[0] === 'spec';
    if (group === '' && kind === 'Service') return path[0] === 'spec';
    if (group === '' && kind === 'ConfigMap')
      return valueAt(object, 'metadata', 'name') === 'linkerd-config' && path[0] === 'data';
    if (template === undefined || path[0] !== 'spec') return false;
    if (path[1] === 'selector') return true;
    if (!template.every((key, index) => path[index] === key)) return false;
    const below = template.length + 1;
    return path[below - 1] === 'metadata'
      ? isJudgedMetadata(path, below)
      : isJudgedPodField(path.slice(below));
  };
}

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
