import { groupOf } from '../../kubernetes/references';
import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import type { SourceObject } from '../../kubernetes/object';
import type { JailRollout } from '../../questions/rollout/rollout';
import { commandLine } from '../wording/shell';
import type { StepCommand } from './step';

/** The paths of the manifests, as the user typed them. */
export interface Sides {
  readonly old?: readonly string[];
  readonly now: readonly string[];
  /** The options that make another verb read them as the same cluster. */
  readonly options?: readonly string[];
}

/** A kubectl command for the manifests of one side. */
export function applied(verb: 'apply' | 'diff', paths: readonly string[], what: string): StepCommand[] {
  if (paths.length === 0) return [];
  return [{ line: commandLine(['kubectl', verb, '-R', ...paths.flatMap((path) => ['-f', path])]), what }];
}

const SERVERS = 'servers.v1beta3.policy.linkerd.io';

/** From deny to audit without touching files: at once on Servers, elsewhere with the next pods. */
export function backToAudit({ jail, auditEdits, enforceEdits }: JailRollout): StepCommand[] {
  const { namespace } = jail;
  return [...auditEdits, ...enforceEdits].flatMap(({ source, path }): StepCommand[] => {
    const { kind, metadata } = source.object;
    if (kind === 'Server' && path.join('.') === 'spec.accessPolicy') {
      const patch = JSON.stringify({ spec: { accessPolicy: 'audit' } });
      const words = [
        'kubectl',
        '-n',
        namespace,
        'patch',
        `${SERVERS}/${metadata.name}`,
        '--type',
        'merge',
        '-p',
        patch,
      ];
      return [{ line: commandLine(words), what: 'at once' }];
    }
    if (kind !== 'Namespace') return [];
    const words = [
      'kubectl',
      'annotate',
      '--overwrite',
      'namespace',
      namespace,
      `${DEFAULT_INBOUND_POLICY}=audit`,
    ];
    return [{ line: commandLine(words), what: 'for pods created from now on' }];
  });
}

const RESOURCES: Readonly<Record<string, string>> = {
  Server: 'servers.policy.linkerd.io',
  AuthorizationPolicy: 'authorizationpolicies.policy.linkerd.io',
  ServerAuthorization: 'serverauthorizations.policy.linkerd.io',
  MeshTLSAuthentication: 'meshtlsauthentications.policy.linkerd.io',
  NetworkAuthentication: 'networkauthentications.policy.linkerd.io',
};

/** Back to what runs today. */
export function undo(jails: readonly JailRollout[], sides: Sides): StepCommand[] {
  const commands = jails.flatMap(({ jail, added, before, auditEdits, enforceEdits }): StepCommand[] => {
    const { namespace } = jail;
    const names = added.map(resource);
    const deleted = commandLine(['kubectl', '-n', namespace, 'delete', '--ignore-not-found', ...names]);
    const value = `${DEFAULT_INBOUND_POLICY}${before === undefined ? '-' : `=${before}`}`;
    const annotated = commandLine(['kubectl', 'annotate', '--overwrite', 'namespace', namespace, value]);
    const isNamespaces = [...auditEdits, ...enforceEdits].some(
      ({ source }) => source.object.kind === 'Namespace',
    );
    return [
      ...(names.length === 0
        ? []
        : [{ line: deleted, what: 'delete the policy that did not exist before, Servers first' }]),
      ...(isNamespaces
        ? [{ line: annotated, what: 'restore the old default, for pods created from now on' }]
        : []),
    ];
  });
  const isChanged = jails.some(({ changed }) => changed.length > 0);
  const what = 'restore the changed policy (without metadata.resourceVersion, if it was read from a cluster)';
  return [...commands, ...(isChanged ? applied('apply', sides.old ?? [], what) : [])];
}

function resource({ object }: SourceObject): string {
  const { kind, apiVersion, metadata } = object;
  return `${RESOURCES[kind] ?? `${kind.toLowerCase()}s.${groupOf(apiVersion)}`}/${metadata.name}`;
}
