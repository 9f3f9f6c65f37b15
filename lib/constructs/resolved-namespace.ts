import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** The namespace that a construct is about: as stated, or else its chart's. Its check is the caller's. */
export function resolvedNamespace(construct: IConstruct, stated: string | undefined): string {
  return (stated ?? Chart.of(construct).namespace) as string;
}
