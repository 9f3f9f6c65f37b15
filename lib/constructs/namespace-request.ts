import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { JailMode } from '../linkerd/default-policy';

/** What a jail needs from the Namespace object, wherever that is. */
export interface NamespaceRequest {
  readonly jail: IConstruct;
  readonly name: string;
  readonly annotations: readonly (readonly [string, string])[];
  readonly mode: JailMode;
  /** Whether the pods of the namespace are to get a proxy. */
  readonly isInjecting: boolean;
  /** Whether the pod templates of the app are to be replaced. */
  readonly isRestarting: boolean;
  /** The object the jail emits, unless the app turns out to have another one. */
  readonly own: ApiObject | undefined;
}
