"""Containers: posts in the making, as Instagram and Threads have them. Each becomes one post, or none."""

from socialpub.sandbox.graph_answers import error
from socialpub.sandbox.world import Container, Shown, World

#: A container lives a day (developers.facebook.com, content publishing).
LIFE_S = 86_400


def make(
    world: World, platform: str, account: str, kind: str, text: str, parts: list[Container], *, child: bool
) -> Container:
    """Of one photo, or of the `parts` of a carousel."""
    now = world.now()
    pictures = [picture for part in parts for picture in part.pictures]
    made = Container(
        world.time_ordered_id(), platform, account, kind, text, pictures, now, now + world.rules.processing_s, child
    )
    world.containers[made.id] = made
    return made


def state(world: World, container: Container) -> str:
    if container.remote_id:
        return "PUBLISHED"
    if world.now() >= container.made + LIFE_S:
        return "EXPIRED"
    return "FINISHED" if world.now() >= container.ready else "IN_PROGRESS"


def mine(world: World, platform: str, account: str, wanted: str) -> Container | None:
    found = world.containers.get(wanted)
    return found if found is not None and (found.platform, found.account) == (platform, account) else None


def publishable(world: World, container: Container | None) -> Container:
    """The container, if it may be published now; raises what the network answers else."""
    if container is None or container.is_child:
        raise error(400, 24, "The requested resource does not exist", subcode=2207008)
    match state(world, container):
        case "IN_PROGRESS":
            raise error(400, 9007, "Media ID is not available", subcode=2207027)
        case "EXPIRED":
            raise error(400, -2, "Media has expired", subcode=2207020)
        case "PUBLISHED":  # what the network answers to this is not documented
            raise error(400, 24, "The requested resource does not exist", subcode=2207008)
    return container


def published_today(world: World, platform: str, account: str) -> int:
    """Posts of the last 24 hours that came out of containers."""
    since = world.now() - 86_400
    mine = [p for p in world.posts.values() if (p.platform, p.account, p.made_by_hand) == (platform, account, False)]
    return sum(post.created_at.timestamp() > since for post in mine)


def show(world: World, container: Container, path: str, request_id: str) -> Shown:
    """Make it visible: the commit."""
    remote_id = world.time_ordered_id()
    shown = Shown(
        platform=container.platform,
        account=container.account,
        remote_id=remote_id,
        path=f"{path}/{remote_id}",
        text=container.text,
        pictures=container.pictures,
        created_at=world.moment(),
        request_id=request_id,
        extra={"kind": container.kind},
    )
    world.posts[remote_id] = shown
    container.remote_id = remote_id
    return shown
