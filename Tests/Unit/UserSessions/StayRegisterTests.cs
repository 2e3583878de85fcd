using CollabHub.Domain;
using CollabHub.Domain.Presence;
using CollabHub.Domain.UserSessions;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.UserSessions;

public class StayRegisterTests
{
    private static readonly WorkspaceId Workspace = new(Guid.NewGuid());
    private static readonly SessionId Session = new(Guid.NewGuid());
    private static readonly UserId Ada = new(Guid.NewGuid());

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly StayRegister _register;

    public StayRegisterTests() => _register = new StayRegister(_clock);

    [Fact]
    public void Who_comes_is_written_at_once_and_then_every_half_minute()
    {
        _register.Enter(Workspace, Session, Ada, "tab");
        Assert.Equal(PresenceStatus.Online, Assert.Single(_register.TakeDue()).Here!.Status);
        _register.Set(Session, Ada, "tab", PresenceStatus.Away);
        _clock.Advance(StayRegister.WriteEvery - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_register.TakeDue());
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(PresenceStatus.Away, Assert.Single(_register.TakeDue()).Here!.Status);
    }

    [Fact]
    public void A_reload_is_no_end_and_a_departure_is_written_once()
    {
        _register.Enter(Workspace, Session, Ada, "tab");
        _register.TakeDue();
        _register.Leave(Session, Ada, "tab");
        _register.Enter(Workspace, Session, Ada, "reloaded");
        _clock.Advance(StayRegister.WriteEvery);
        Assert.NotNull(Assert.Single(_register.TakeDue()).Here);
        _register.Leave(Session, Ada, "reloaded");
        var left = _clock.GetUtcNow();
        _clock.Advance(StayRegister.WriteEvery);
        Assert.Equal(new StayChange(Workspace, Ada, null, left), Assert.Single(_register.TakeDue()));
        _clock.Advance(StayRegister.WriteEvery);
        Assert.Empty(_register.TakeDue());
    }

    [Fact]
    public void A_person_is_online_while_any_connection_is_in_front_and_an_open_file_says_nothing_against_away()
    {
        _register.Enter(Workspace, Session, Ada, "one");
        _register.Enter(Workspace, Session, Ada, "two");
        _register.Set(Session, Ada, "one", PresenceStatus.Away);
        Assert.Equal(PresenceStatus.Online, Assert.Single(_register.TakeDue()).Here!.Status);
        _register.Set(Session, Ada, "two", PresenceStatus.Away);
        var close = _register.OpenFile(Workspace, Ada);
        _clock.Advance(StayRegister.WriteEvery);
        Assert.Equal(PresenceStatus.Away, Assert.Single(_register.TakeDue()).Here!.Status);
        _register.Leave(Session, Ada, "one");
        _register.Leave(Session, Ada, "two");
        _clock.Advance(StayRegister.WriteEvery);
        var reader = Assert.Single(_register.TakeDue()).Here!;
        Assert.Equal((PresenceStatus.Online, 0), (reader.Status, reader.Sessions.Count));
        close();
        close();
        _clock.Advance(StayRegister.WriteEvery);
        Assert.Null(Assert.Single(_register.TakeDue()).Here);
    }

    [Fact]
    public void What_could_not_be_written_is_due_again_a_departure_included()
    {
        _register.Enter(Workspace, Session, Ada, "tab");
        _register.Failed(_register.TakeDue());
        Assert.NotNull(Assert.Single(_register.TakeDue()).Here);
        _register.Leave(Session, Ada, "tab");
        _clock.Advance(StayRegister.WriteEvery);
        var gone = _register.TakeDue();
        _register.Failed(gone);
        Assert.Equal(gone, _register.TakeDue());
    }
}
