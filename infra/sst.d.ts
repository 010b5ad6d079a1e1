/** What sst.config.ts uses of SST's globals (SST 3); SST itself is not a dependency: see docs/decisions/sst-as-a-door.md. */
interface SstConfig {
  app(input?: { stage?: string }): { name: string; home: 'local'; removal: 'retain' };
  run(): Promise<Record<string, string>>;
}
declare const $config: (config: SstConfig) => SstConfig;
declare const $dev: boolean;
declare const $app: { readonly stage: string };
declare const sst: {
  readonly x: {
    readonly DevCommand: new (
      name: string,
      args: { dev: { title: string; command: string; directory: string; autostart: boolean } },
    ) => object;
  };
};
