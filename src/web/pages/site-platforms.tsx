import { LtiSite } from '../../http/schemas/lti.ts';
import { useResource } from '../api/use-resource.ts';
import { Platforms } from '../lti/platforms.tsx';
import { SigningKeys } from '../lti/signing-keys.tsx';
import { ToolAddresses } from '../lti/tool-addresses.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { PageHead } from '../ui/page-head.tsx';

/** Platforms that an admin trusts for every course, and the keys that all platforms know this service by. */
export function SitePlatformsPage() {
  const site = useResource(LtiSite, '/lti/platforms');
  const reload = (): void => {
    if (site.state !== 'loading') site.reload();
  };
  return (
    <>
      <PageHead
        title="Platforms of every course"
        sub="Whoever runs one of these platforms says who people are, in every course here. For one course alone, register it there."
      />
      <AsyncView resource={site}>
        {({ tool, platforms, keys }) => (
          <div className="stack">
            <Platforms path="/lti/platforms" platforms={platforms} reload={reload} />
            <SigningKeys keys={keys} reload={reload} />
            <ToolAddresses tool={tool} />
          </div>
        )}
      </AsyncView>
    </>
  );
}
