import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** What a jail needs from the Namespace object, wherever that is. */
export interface NamespaceRequest {
  readonly jail: IConstruct;
  readonly name: string;
  readonly annotations: readonly (readonly [string, string])[];
  /** The object the jail emits, unless the app turns out to have another one. */
  readonly own: ApiObject | undefined;
}
