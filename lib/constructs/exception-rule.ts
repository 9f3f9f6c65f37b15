import type { Construct } from 'constructs';
import { exceptionDeclaration } from './declaration';
import { SinglePortConstruct } from './single-port-construct';
import type { JailException } from './jail-exception';
import type { PolicyOptions } from './policy-options';

/** Props of an exception that stands alone. */
export interface ExceptionRuleProps extends JailException, PolicyOptions {
  /** The namespace of the pods that are called. */
  readonly namespace: string;
}

/**
 * Lets clients into one port of a namespace, and nobody else: on a port that is declared nowhere, not even the
 * namespace itself. Stands alone, or beside a jail of the same namespace.
 */
export class ExceptionRule extends SinglePortConstruct {
  /** @throws Error with everything that is wrong with the props, or contradicts what is declared elsewhere. */
  public constructor(scope: Construct, id: string, props: ExceptionRuleProps) {
    super(scope, id, 'ExceptionRule', props, (problems, by) => exceptionDeclaration(problems, by, '', props));
  }
}
