"""What `serve` has deployed, compared with what the API says of it.

Whoever can write to the API can change a deployment. Nothing of what they write is run (runner.py);
here it is noticed, said once, and put right, so that what Prefect shows is what runs, and a work
pool of somebody else's gets none of our runs. What a person may change in Prefect's page stays as
it is: schedules, pauses, parameters, descriptions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

from goldmine_ingest.errors import ConfigError
from goldmine_ingest.flows.claims import claim, put, retire
from goldmine_ingest.flows.deployments import FLOWS, deployment, differences
from goldmine_ingest.flows.runner import OwnRunner
from goldmine_ingest.settings.project import Project

_DELETED = "deleted"


class Served:
    """The deployments of one `serve`. `alone`: the server was started for this project; what
    stands on it is nobody else's.
    """

    def __init__(
        self, runner: OwnRunner, project: Project, told: Callable[[str], None], *, alone: bool
    ) -> None:
        self._runner, self._project, self._told, self._alone = runner, project, told, alone
        self._made = {name: deployment(name, project) for name in FLOWS}
        self._ids: dict[str, UUID] = {}
        self._said: set[str] = set()

    @property
    def ids(self) -> list[UUID]:
        return list(self._ids.values())

    def id_of(self, name: str) -> UUID:
        return self._ids[name]

    def apply(self, client: SyncPrefectClient) -> None:
        """Creates or updates every deployment, and retires those of earlier names. Raises
        ConfigError where one is another project's, and what Prefect's client raises.
        """
        names = [made.full_name for made in self._made.values()]
        claim(client, self._project, names, alone=self._alone)
        for name in FLOWS:
            self._put(client, name)
        retire(client, self._project, names, alone=self._alone)

    def reschedule(self, client: SyncPrefectClient, project: Project) -> None:
        """Deploys again what the changed configuration of the same project asks for."""
        self._project = project
        self._made = {name: deployment(name, project) for name in FLOWS}
        self.apply(client)

    def put_right(self) -> None:
        """Makes what was changed or deleted meanwhile as it was, and says each kind of change
        once.
        """
        with get_client(sync_client=True) as client:
            ours = DeploymentFilter(id=DeploymentFilterId(any_=self.ids))
            deployments = {one.id: one for one in client.read_deployments(deployment_filter=ours)}
            for name, identity in list(self._ids.items()):
                there = deployments.get(identity)
                changed = differences(there, self._made[name]) if there else [_DELETED]
                if changed:
                    self._restore(client, name, changed)

    def _restore(self, client: SyncPrefectClient, name: str, changed: Sequence[str]) -> None:
        full_name = self._made[name].full_name
        try:
            if _DELETED in changed:
                claim(client, self._project, [full_name], alone=self._alone)
            self._put(client, name)
        except ConfigError as error:
            self._say(str(error))
        else:
            self._say(
                f"somebody changed the deployment {full_name} in Prefect ({', '.join(changed)}):"
                " refused, and put right"
            )

    def _put(self, client: SyncPrefectClient, name: str) -> None:
        made = self._made[name]
        self._ids[name] = put(client, made)
        self._runner.register(self._ids[name], made.name, FLOWS[name])

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._told(sentence)
