import type { Construct } from 'constructs';
import { AppDeclarations } from './app-declarations';
import { checkLabel, checkPolicyOptions } from './prop-checks';
import type { Declaration } from './declaration';
import { NamespaceDeclarations } from './namespace-declarations';
import type { PolicyOptions } from './policy-options';
import { declarationError, Problems } from './problems';

/** A declaration that was taken, and where it went. */
export interface Declared {
  readonly ledger: NamespaceDeclarations;
  readonly declaration: Declaration;
}

interface StandaloneProps extends PolicyOptions {
  readonly namespace: string;
}

/** Declares one port or exception for a namespace; throws one error with all that is wrong or contradicted. */
export function declareSingle(
  construct: Construct,
  kind: string,
  props: StandaloneProps,
  read: (problems: Problems) => Declaration | undefined,
): Declared {
  const problems = new Problems();
  const isNamed = checkLabel(problems, 'namespace', props.namespace, "give the namespace's name");
  checkPolicyOptions(problems, props);
  const declaration = read(problems);
  const app = AppDeclarations.of(construct);
  const ledger = isNamed
    ? app.namespace(props.namespace)
    : new NamespaceDeclarations(String(props.namespace));
  const declarations = declaration === undefined ? [] : [declaration];
  const proposal = ledger.propose({ by: construct, options: props, declarations });
  const all = [...problems.all, ...proposal.problems];
  if (all.length > 0 || declaration === undefined) throw declarationError(kind, construct.node.path, all);
  proposal.accept();
  app.watch(construct);
  return { ledger, declaration };
}
