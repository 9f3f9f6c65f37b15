/** Where the pages are that reports link to. */
export const DOCS = 'https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs';

/** Where it is explained what an answer rests on. */
export const WHAT_IT_RESTS_ON = `${DOCS}/what-an-answer-rests-on.md`;
