using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications.Teams;

public abstract class InvitationStoreSpecification : RelationalSpecification
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private InvitationStore Store => new InvitationStore(Db);

    [Theory]
    [InlineData("workspace")]
    [InlineData("session")]
    public async Task What_is_added_is_found_by_id_and_by_token_with_its_names(string kind)
    {
        var (place, ada) = await PlaceAsync(kind);
        var added = An(place, ada, "bob@example.org");
        Assert.Equal(added.Id, await Store.AddOrRefreshAsync(added, "hash", default));
        var expected = new InvitationView(added, kind == "session" ? "Pairing" : "Rocket", "ada");
        Assert.Equal(expected, await Store.FindAsync(added.Id, default));
        Assert.Equal(expected, await Store.FindByTokenAsync("hash", default));
        Assert.Null(await Store.FindByTokenAsync("other", default));
        Assert.Null(await Store.FindAsync(new InvitationId(Guid.CreateVersion7()), default));
    }

    [Theory]
    [InlineData("workspace")]
    [InlineData("session")]
    public async Task Inviting_a_pending_address_again_refreshes_what_is_there(string kind)
    {
        var (place, ada) = await PlaceAsync(kind);
        var first = An(place, ada, "bob@example.org");
        await Store.AddOrRefreshAsync(first, "old", default);
        var again = An(place, ada, "bob@example.org") with { Role = Role.Viewer, ExpiresAt = Start + Week + Week };
        Assert.Equal(first.Id, await Store.AddOrRefreshAsync(again, "new", default));
        Assert.Null(await Store.FindByTokenAsync("old", default));
        var found = (await Store.FindByTokenAsync("new", default))!.Invitation;
        Assert.Equal((first.Id, Role.Viewer, again.ExpiresAt, first.CreatedAt), (found.Id, found.Role, found.ExpiresAt, found.CreatedAt));
        Assert.Single(await Store.ListAsync(place, new Slice(10), default));
    }

    [Fact]
    public async Task Inviting_a_pending_person_again_refreshes_what_is_there()
    {
        var (place, ada) = await PlaceAsync("workspace");
        var bob = await PersonAsync("bob");
        var first = An(place, ada, null) with { InvitedUser = bob };
        await Store.AddOrRefreshAsync(first, "old", default);
        Assert.Equal(first.Id, await Store.AddOrRefreshAsync(An(place, ada, null) with { InvitedUser = bob }, "new", default));
        Assert.NotNull(await Store.FindByTokenAsync("new", default));
    }

    [Fact]
    public async Task Share_links_stand_side_by_side()
    {
        var (place, ada) = await PlaceAsync("session");
        var (one, two) = (An(place, ada, null), An(place, ada, null));
        await Store.AddOrRefreshAsync(one, "one", default);
        await Store.AddOrRefreshAsync(two, "two", default);
        Assert.Equal([two.Id, one.Id], (await Store.ListAsync(place, new Slice(10), default)).Select(view => view.Invitation.Id));
    }

    [Theory]
    [InlineData("workspace")]
    [InlineData("session")]
    public async Task A_pending_invitation_is_settled_once_and_after_its_time_only_by_taking_it_back(string kind)
    {
        var (place, ada) = await PlaceAsync(kind);
        var (used, late) = (An(place, ada, "bob@example.org"), An(place, ada, "cyd@example.org"));
        await Store.AddOrRefreshAsync(used, "used", default);
        await Store.AddOrRefreshAsync(late, "late", default);
        Assert.True(await Store.SettleAsync(used, InvitationStatus.Accepted, false, Start, default));
        Assert.False(await Store.SettleAsync(used, InvitationStatus.Accepted, false, Start, default));
        Assert.False(await Store.RenewAsync(used, "again", Start + Week, Start, default));
        var after = late.ExpiresAt;
        Assert.False(await Store.SettleAsync(late, InvitationStatus.Accepted, false, after, default));
        Assert.True(await Store.RenewAsync(late, "renewed", after + Week, after, default));
        Assert.True(await Store.SettleAsync(late, InvitationStatus.Revoked, true, after + Week + Week, default));
        Assert.Equal(InvitationStatus.Accepted, (await Store.FindAsync(used.Id, default))!.Invitation.Stored);
        Assert.Equal(InvitationStatus.Revoked, (await Store.FindByTokenAsync("renewed", default))!.Invitation.Stored);
    }

    [Theory]
    [InlineData("workspace")]
    [InlineData("session")]
    public async Task After_an_answer_the_same_address_may_be_invited_anew(string kind)
    {
        var (place, ada) = await PlaceAsync(kind);
        var first = An(place, ada, "bob@example.org");
        await Store.AddOrRefreshAsync(first, "one", default);
        await Store.SettleAsync(first, InvitationStatus.Declined, false, Start, default);
        var second = An(place, ada, "bob@example.org");
        Assert.Equal(second.Id, await Store.AddOrRefreshAsync(second, "two", default));
    }

    [Fact]
    public async Task A_person_finds_what_is_addressed_to_account_or_address_of_both_kinds_and_nothing_else()
    {
        var (session, ada) = await PlaceAsync("session");
        var bob = await PersonAsync("bob");
        var workspace = InvitationPlace.Of((await WorkspaceAsync(ada)).Id);
        var byMail = An(session, ada, "bob@example.org");
        var byAccount = An(workspace, ada, null) with { InvitedUser = bob };
        var late = An(workspace, ada, "bob@example.org") with { ExpiresAt = Start.AddMinutes(30) };
        await Store.AddOrRefreshAsync(byMail, "1", default);
        await Store.AddOrRefreshAsync(byAccount, "2", default);
        await Store.AddOrRefreshAsync(late, "3", default);
        await Store.AddOrRefreshAsync(An(session, ada, null), "4", default);
        await Store.AddOrRefreshAsync(An(session, ada, "cyd@example.org"), "5", default);

        async Task<IEnumerable<InvitationId>> FindAsync(string? email, InvitationStatus? status = null) =>
            (await Store.ListForPersonAsync(bob, email, status, Start.AddHours(1), new Slice(10), default)).Select(view => view.Invitation.Id);
        Assert.Equal([late.Id, byAccount.Id, byMail.Id], await FindAsync("BOB@example.org"));
        Assert.Equal([byAccount.Id, byMail.Id], await FindAsync("bob@example.org", InvitationStatus.Pending));
        Assert.Equal([late.Id], await FindAsync("bob@example.org", InvitationStatus.Expired));
        Assert.Equal([byAccount.Id], await FindAsync(null));
    }

    [Fact]
    public async Task A_deleted_workspace_takes_its_invitations_with_it()
    {
        var (session, ada) = await PlaceAsync("session");
        var into = An(session, ada, "bob@example.org");
        var workspace = InvitationPlace.Of(into.Workspace);
        await Store.AddOrRefreshAsync(into, "1", default);
        await Store.AddOrRefreshAsync(An(workspace, ada, "bob@example.org"), "2", default);
        Assert.Equal(2, await Store.CountOpenAsync(ada, Start, default));
        Assert.Equal(0, await Store.CountOpenAsync(ada, Start + Week + Week, default));
        await Store.RevokeAllAsync(into.Workspace, Start, default);
        Assert.Equal(0, await Store.CountOpenAsync(ada, Start, default));
        Assert.Equal(InvitationStatus.Revoked, (await Store.FindByTokenAsync("1", default))!.Invitation.Stored);
        Assert.Equal(InvitationStatus.Revoked, (await Store.FindByTokenAsync("2", default))!.Invitation.Stored);
    }

    [Theory]
    [InlineData("workspace")]
    [InlineData("session")]
    public async Task What_is_pending_for_one_person_is_revoked_and_nothing_else(string kind)
    {
        var (place, ada) = await PlaceAsync(kind);
        var bob = await PersonAsync("bob");
        var session = place.Session is null ? InvitationPlace.Of((await SessionAsync(_workspace, ada)).Id) : place;
        await Store.AddOrRefreshAsync(An(InvitationPlace.Of(_workspace), ada, "BOB@example.org"), "to workspace", default);
        await Store.AddOrRefreshAsync(An(InvitationPlace.Of(_workspace), ada, null) with { InvitedUser = bob }, "to account", default);
        await Store.AddOrRefreshAsync(An(session, ada, "bob@example.org"), "to session", default);
        await Store.AddOrRefreshAsync(An(session, ada, null), "link", default);
        await Store.AddOrRefreshAsync(An(place, ada, "cyd@example.org"), "to cyd", default);

        await Store.RevokeForAsync(place, bob, "bob@example.org", Start, default);
        var revoked = new List<string>();
        foreach (var token in new[] { "to workspace", "to account", "to session", "link", "to cyd" })
        {
            if ((await Store.FindByTokenAsync(token, default))!.Invitation.Stored == InvitationStatus.Revoked) revoked.Add(token);
        }
        Assert.Equal(kind == "session" ? ["to session"] : ["to workspace", "to account", "to session"], revoked);
    }

    [Fact]
    public async Task A_list_continues_where_it_stopped()
    {
        var (place, ada) = await PlaceAsync("workspace");
        var ids = new List<InvitationId>();
        for (var n = 0; n < 5; n++)
        {
            var invitation = An(place, ada, $"p{n}@example.org");
            ids.Insert(0, await Store.AddOrRefreshAsync(invitation, $"h{n}", default));
        }
        var first = await Store.ListAsync(place, new Slice(2), default);
        var last = first[^1].Invitation;
        var rest = await Store.ListAsync(place, new Slice(9, new SortKey(last.CreatedAt, last.Id.Value)), default);
        Assert.Equal(ids, first.Concat(rest).Select(view => view.Invitation.Id));
    }

    private WorkspaceId _workspace;

    private async Task<(InvitationPlace Place, UserId Ada)> PlaceAsync(string kind)
    {
        var ada = await PersonAsync("ada");
        _workspace = (await WorkspaceAsync(ada)).Id;
        if (kind == "workspace") return (InvitationPlace.Of(_workspace), ada);
        return (InvitationPlace.Of((await SessionAsync(_workspace, ada)).Id), ada);
    }

    private Invitation An(InvitationPlace place, UserId by, string? email)
    {
        var at = Next();
        return new Invitation(
            new InvitationId(Guid.CreateVersion7()), place, place.Workspace ?? _workspace, email, null, Role.Editor,
            place.Session is null ? null : "Come and see", InvitationStatus.Pending, by, at, at + Week);
    }
}

public sealed class SqliteInvitationStoreTests : InvitationStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}
