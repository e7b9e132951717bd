import type { Token } from '../nginx/token.ts';
import type { KeyFileView, PasswordFileView } from './callers/key-files.ts';
import type { TemplateFile } from './common/context.ts';
import type { AgentView } from './credentials/vault.ts';
import type { ComposeView, DockerfileView } from './deploy/compose.ts';
import type { AccessFileView, RouteFileView } from './destinations/access-scripts.ts';
import type { AttemptFileView, AttemptView } from './destinations/attempts.ts';
import type { MirrorFileView, MirrorView } from './destinations/mirrors.ts';
import type { AttemptScriptView } from './destinations/scripts.ts';
import type { LimitsFileView } from './limits/limits.ts';
import type { MainView } from './lower-main.ts';
import type { LoweredRoutes } from './routes/routes.ts';
import type { ErrorsFileView } from './server/error-pages.ts';
import type { MapsFileView } from './server/log.ts';
import type { ServerFileView } from './server/server.ts';
import type { ProxyFileView } from './upstreams/proxy.ts';
import type { UpstreamsFileView } from './upstreams/upstream.ts';

type Nothing = Readonly<Record<never, never>>;

/** What each template is given; test/render/template-views.test.ts compares it with what the template asks for. */
export interface TemplateViews {
  readonly 'nginx.conf': MainView;
  readonly 'conf.d/maps.conf': MapsFileView;
  readonly 'conf.d/limits.conf': LimitsFileView;
  readonly 'conf.d/upstreams.conf': UpstreamsFileView;
  readonly 'conf.d/server.conf': ServerFileView;
  readonly 'conf.d/early-errors.conf': ErrorsFileView;
  readonly 'conf.d/errors.conf': ErrorsFileView;
  readonly 'conf.d/proxy.conf': ProxyFileView;
  readonly 'conf.d/routes.conf': {
    readonly locations: LoweredRoutes['locations'];
    readonly attempts: readonly AttemptView[];
    readonly mirrors: readonly MirrorView[];
  };
  readonly 'conf.d/attempt.conf': AttemptFileView;
  readonly 'lua/access.lua': AccessFileView;
  readonly 'lua/attempt.lua': AttemptScriptView;
  readonly 'lua/balancer.lua': { readonly name: Token };
  readonly 'lua/body_filter.lua': { readonly module: Token };
  readonly 'lua/failed.lua': Nothing;
  readonly 'lua/gateway.lua': { readonly data: Token };
  readonly 'lua/header_filter.lua': { readonly modules: readonly Token[] };
  readonly 'lua/health.lua': Nothing;
  readonly 'lua/identify.lua': { readonly policy: Token };
  readonly 'lua/init.lua': Nothing;
  readonly 'lua/init_worker.lua': Nothing;
  readonly 'lua/log.lua': { readonly modules: readonly Token[]; readonly dropsState: boolean };
  readonly 'lua/mirror.lua': MirrorFileView;
  readonly 'lua/pick.lua': Nothing;
  readonly 'lua/repeated.lua': Nothing;
  readonly 'lua/route.lua': RouteFileView;
  readonly 'keys/clients.keys': KeyFileView;
  readonly 'keys/users.htpasswd': PasswordFileView;
  readonly 'vault/agent.hcl': AgentView;
  readonly 'compose/docker-compose.yml': ComposeView;
  readonly 'compose/Dockerfile': DockerfileView;
}

/** A file to be written, with the view that its template takes; or modules of the Lua library, with what they need. */
export type LoweredFile =
  | { [Template in keyof TemplateViews]: TemplateFile<Template, TemplateViews[Template]> }[keyof TemplateViews]
  | { readonly library: readonly string[] };
