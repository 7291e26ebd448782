/** A compose file whose every service shows what becomes of some keys. The service `api` is in each. */
export interface ComposeProject {
  readonly title: string;
  readonly compose: string;
  readonly files?: Readonly<Record<string, string>>;
  /** The keys that it shows, as in the tables of the policy; `build.` and so on before those of nested mappings. */
  readonly keys: readonly string[];
}

/** The name by which the projects know the image that the test builds for them. */
export const IMAGE = 'labgrader-test:differential';

/** Says something for everything that a compose file can overrule. */
export const IMAGE_DOCKERFILE = `FROM python:3.11-slim
ENV FROM_IMAGE=kept GREETING=image
LABEL from=image kept=yes
WORKDIR /srv
STOPSIGNAL SIGINT
HEALTHCHECK --start-period=2s CMD ["true"]
ENTRYPOINT ["sleep"]
CMD ["300"]
`;
