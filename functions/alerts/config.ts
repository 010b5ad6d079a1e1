/** What the district's YAML says for this capability (runtime/config.ts). */
export interface AlertsConfig {
  readonly towns: readonly string[];
}
