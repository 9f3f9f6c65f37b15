/** What a SARIF report needs from the machine it is written on. */
export interface SarifHost {
  /** The hexadecimal SHA-256 of a text in UTF-8. */
  readonly sha256: (text: string) => string;
  /** The `file:` URI of an absolute path; `undefined` for any other path. */
  readonly absoluteUri: (file: string) => string | undefined;
}
