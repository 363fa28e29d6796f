/** Where common forges and build services look for what they run. */
const BUILD_FILE =
  /^(?:\.(?:github|gitea|forgejo)\/workflows\/.+|\.(?:gitlab-ci|travis|drone|woodpecker)\.ya?ml|\.(?:gitlab|circleci|buildkite|tekton|ci)\/.+\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|(?:.*\/)?(?:Jenkinsfile|Dockerfile|Containerfile)(?:\.[\w.-]+)?)$/;

/** Whether a path of a source is that of a file which says how it is built. */
export function isBuildFile(path: string): boolean {
  return BUILD_FILE.test(path);
}
