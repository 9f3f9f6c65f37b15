/** What a report in SARIF asks of the machine that it is written on. */
export interface SarifHost {
  /** SHA-256 of a text in UTF-8, in hexadecimal digits. */
  readonly sha256: (text: string) => string;
  /** The `file:` URI of an absolute path; `undefined` for any other path. */
  readonly absoluteUri: (file: string) => string | undefined;
}
