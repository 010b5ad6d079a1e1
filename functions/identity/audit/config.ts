/** What the district's YAML says for this capability (runtime/config.ts). */
export interface AuditConfig {
  /** Names the log: its checkpoints' origin. */
  readonly origin: string;
  /** Days begin and end by it. */
  readonly timezone: string;
  /** Years for which who did something is kept, whoever asks for its erasure. */
  readonly auditYears: number;
}
