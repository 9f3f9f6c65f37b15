import type { ApiObjectProps } from 'cdk8s';
import { DEFAULT_CONFIG } from '../linkerd/config';
import type { Declaration } from './declaration';
import type { PolicyApi, RouteApi } from './policy-options';
import type { JailMode } from '../linkerd/default-policy';
import { compareText } from '../basics/collections';

/** Settings for everything declared for one namespace, with defaults filled in. */
export interface NamespaceSettings {
  readonly namespace: string;
  readonly policyApi: PolicyApi;
  readonly mode: JailMode;
  readonly linkerdNamespace: string;
  readonly trustDomain: string;
  readonly routeApi: RouteApi;
  /** Every address if absent. */
  readonly probeNetworks: readonly string[] | undefined;
}

/** An object's body in the form cdk8s takes. */
export interface Manifest extends ApiObjectProps {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  spec?: Readonly<Record<string, unknown>>;
}

/** A struct of `imports/` whose port is written as in YAML, not wrapped in a class. */
export type WithPlainPort<Spec> = Omit<Spec, 'port'> & { readonly port: number | string };

/**
 * The body of a policy object; `gvk` and the type of `spec` are the generated ones. The generated `manifest()` would
 * copy every struct again, a third of a jail's cost, and the generated classes would silently drop what a user's patch
 * adds. So objects are plain ApiObjects with bodies of the generated shape.
 */
export function manifestOf<Spec extends object>(
  gvk: { readonly apiVersion: string; readonly kind: string },
  name: string,
  namespace: string,
  spec: Spec,
  annotations?: Readonly<Record<string, string>>,
): Manifest {
  const { apiVersion, kind } = gvk;
  const metadata = annotations === undefined ? { name, namespace } : { name, namespace, annotations };
  return { apiVersion, kind, metadata, spec: spec as Readonly<Record<string, unknown>> };
}

/** An object the namespace needs, and the declarations that need it. */
export interface PlannedObject {
  /** Its id among its parent's children: the same in every jail. */
  readonly id: string;
  readonly manifest: Manifest;
  readonly declarations: readonly Declaration[];
}

export const DEFAULT_SETTINGS = {
  policyApi: 'AuthorizationPolicy',
  mode: 'deny',
  linkerdNamespace: DEFAULT_CONFIG.linkerdNamespace,
  trustDomain: DEFAULT_CONFIG.trustDomain,
  routeApi: 'policy.linkerd.io',
  probeNetworks: undefined,
} as const;

/** Objects that several authorizations refer to, made once and kept with everything that needs them. */
export class SharedObjects {
  private readonly objects = new Map<string, { manifest: Manifest; declarations: Declaration[] }>();

  public add(id: string, declarations: readonly Declaration[], make: () => Manifest): void {
    const known = this.objects.get(id);
    if (known === undefined) this.objects.set(id, { manifest: make(), declarations: [...declarations] });
    else known.declarations.push(...declarations);
  }

  /** Sorted by id, so that the order of requests does not matter. */
  public sorted(): PlannedObject[] {
    return [...this.objects].sort(([a], [b]) => compareText(a, b)).map(([id, object]) => ({ id, ...object }));
  }
}
