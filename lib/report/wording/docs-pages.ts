/** Where the pages are that reports link to. */
export const DOCS = 'https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs';
