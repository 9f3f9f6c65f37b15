import type { SignalPlace } from './signal';

/** What stands before a line of the proxy, put there by whatever carried it. */
export interface PrefixedLine {
  readonly place: SignalPlace;
  /** ISO 8601, as written. */
  readonly time?: string;
  /** The line itself. */
  readonly body: string;
}

/** Terminal colours, as stern writes them. */
const COLOURS = /\u001b\[[0-9;]*m/g;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)(?= |$)/;
const KUBECTL = /^\[(?:pod\/([^/\]]+)|([^/\] ]+)\/([^/\] ]+))\/[^/\]]+\] /;
/** A container's log on the node: `2026-11-25T22:48:48Z stdout F line`. */
const CRI = /^(?:stdout|stderr) [FP] /;
const LOGCLI = /^\{([^{}]*)\} ?/;
/** `POD CONTAINER line`, and with several namespaces `NAMESPACE POD CONTAINER line`; the container is the proxy's. */
const STERN = /^(?:([a-z0-9][-a-z0-9]*) )?([a-z0-9][-a-z0-9.]*) (?:›\s*)?linkerd-proxy (?=\S)/;
/** `+ web-1 › linkerd-proxy`: stern says which containers come and go. */
const STERN_NOTICE = /^[+-] [a-z0-9][-a-z0-9. ]* › \S+$/;

export function isSternNotice(line: string): boolean {
  return STERN_NOTICE.test(line);
}

export function withoutColours(line: string): string {
  return line.includes('\u001b') ? line.replace(COLOURS, '') : line;
}

/** Takes a line apart: prefixes of `kubectl logs`, stern, logcli and container runtimes, in any order they nest. */
export function withoutPrefix(line: string, home: SignalPlace): PrefixedLine {
  let body = line;
  let place = home;
  let time: string | undefined;
  for (let depth = 0; depth < 4; depth++) {
    const stamp = TIME.exec(body)?.[0];
    if (stamp !== undefined) {
      time ??= stamp;
      body = body.slice(stamp.length + 1);
      continue;
    }
    const kubectl = KUBECTL.exec(body);
    if (kubectl !== null) {
      const [whole, pod, namespace, named] = kubectl;
      place = namespace === undefined ? { ...home, ...podOf(pod) } : { namespace, ...podOf(named) };
      body = body.slice(whole.length);
      continue;
    }
    const runtime = CRI.exec(body)?.[0];
    if (runtime !== undefined && time !== undefined) {
      body = body.slice(runtime.length);
      continue;
    }
    const labels = LOGCLI.exec(body);
    if (labels !== null && time !== undefined && labels[1] !== undefined && labels[1].includes('="')) {
      place = placeOfLabels(labelsOf(labels[1]) ?? {}, home);
      body = body.slice(labels[0].length);
      continue;
    }
    const stern = STERN.exec(body);
    if (stern !== null) {
      const [whole, namespace, pod] = stern;
      place = { ...home, ...(namespace === undefined ? {} : { namespace }), ...podOf(pod) };
      body = body.slice(whole.length);
      continue;
    }
    break;
  }
  return { place, body, ...(time === undefined ? {} : { time }) };
}

function podOf(pod: string | undefined): SignalPlace {
  return pod === undefined ? {} : { pod };
}

/** `a="b",c="d"` as metrics and Loki write labels; `undefined` if it is something else. */
export function labelsOf(text: string): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  const pair = /\s*([A-Za-z_][A-Za-z0-9_.]*)="((?:[^"\\]|\\.)*)"\s*(,|$)/y;
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text);
    if (match === null) return /^\s*$/.test(text) ? labels : undefined;
    const [, name = '', value = ''] = match;
    labels[name] = value.includes('\\')
      ? value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
      : value;
  }
  return labels;
}

/** Workload labels that Linkerd's Prometheus gives to each series, by kind. */
const WORKLOADS = [
  'deployment',
  'statefulset',
  'daemonset',
  'job',
  'cronjob',
  'replicaset',
  'replicationcontroller',
] as const;

/** Whose proxy it was, by labels of Prometheus or Loki, or by the fields that shippers of logs add. */
export function placeOfLabels(labels: Readonly<Record<string, string>>, home: SignalPlace): SignalPlace {
  const own = (...names: readonly string[]): string | undefined =>
    names.map((name) => labels[name]).find((value) => value !== undefined && value !== '');
  const namespace = own('namespace', 'kubernetes_namespace_name', 'k8s_namespace_name', 'namespace_name');
  const pod = own('pod', 'pod_name', 'kubernetes_pod_name', 'k8s_pod_name', 'podName');
  const kind = WORKLOADS.find((one) => own(one) !== undefined);
  const name = kind === undefined ? undefined : labels[kind];
  const ip = own('target_ip');
  return {
    ...home,
    ...(namespace === undefined ? {} : { namespace }),
    ...(pod === undefined ? {} : { pod }),
    ...(kind === undefined || name === undefined ? {} : { workload: { kind, name } }),
    ...(ip === undefined ? {} : { ip }),
  };
}

/** Whose log a file is, by its path on a node, or by its name if that is a pod's. */
export function placeOfFile(path: string): SignalPlace {
  const [, namespace, pod] = /(?:^|\/)pods\/([a-z0-9-]+)_([a-z0-9.-]+)_[0-9a-f-]{8,}\//.exec(path) ?? [];
  if (namespace !== undefined && pod !== undefined) return { namespace, pod };
  const container = /(?:^|\/)([a-z0-9.-]+)_([a-z0-9-]+)_linkerd-proxy-[0-9a-f]+\.log$/.exec(path);
  if (container?.[1] !== undefined && container[2] !== undefined)
    return { namespace: container[2], pod: container[1] };
  const base = /([^/]+?)(?:\.(?:log|txt|json|jsonl|prom|metrics))*$/.exec(path)?.[1] ?? '';
  return /^[a-z0-9][-a-z0-9.]*-[a-z0-9]+$/.test(base) ? { pod: base } : {};
}
