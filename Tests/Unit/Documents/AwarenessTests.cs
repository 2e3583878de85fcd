using System.Text;
using CollabHub.Domain.Documents;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Documents;

public class AwarenessTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AwarenessStates _states;

    public AwarenessTests() => _states = new AwarenessStates(_time);

    [Fact]
    public void The_first_entry_of_an_unknown_client_with_clock_0_is_not_news()
    {
        Assert.True(_states.Apply([State(5, 0, "{}")]).IsEmpty);
        Assert.Empty(_states.Clients);
    }

    [Fact]
    public void A_client_that_was_gone_and_returns_is_updated_not_added()
    {
        Assert.Equal([5], _states.Apply([State(5, 1, "1")]).Added);
        Assert.Equal([5], _states.Remove([5]).Removed);
        var change = _states.Apply([State(5, 2, "1")]);
        Assert.Empty(change.Added);
        Assert.Equal([5], change.Updated);
    }

    [Fact]
    public void Gone_with_the_same_clock_removes_and_an_echo_afterwards_changes_nothing()
    {
        _states.Apply([State(5, 3, "1")]);
        Assert.Equal([5], _states.Apply([Gone(5, 3)]).Removed);
        Assert.True(_states.Apply([State(5, 3, "1")]).IsEmpty);
        Assert.Null(_states.StateOf(5));
    }

    [Fact]
    public void A_renewal_is_passed_on_but_is_no_visible_change()
    {
        _states.Apply([State(5, 1, "{}")]);
        var change = _states.Apply([State(5, 2, "{}")]);
        Assert.Equal([5], change.Updated);
        Assert.False(change.IsVisible);
    }

    [Fact]
    public void What_nobody_renews_expires_and_its_clock_is_forgotten_much_later()
    {
        _states.Apply([State(5, 1, "{}")]);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.True(_states.RemoveExpired().IsEmpty);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([5], _states.RemoveExpired().Removed);
        Assert.Equal(1, _states.ClockOf(5));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(_states.RemoveExpired().IsEmpty);
        Assert.Null(_states.ClockOf(5));
    }

    [Fact]
    public void All_states_are_one_message_and_none_is_no_message()
    {
        Assert.Null(_states.EncodeAll());
        _states.Apply([State(5, 2, "{\"a\":1}"), State(6, 1, "7")]);
        _states.Remove([6]);
        Assert.Equal(AwarenessMessage.Encode([State(5, 2, "{\"a\":1}")]), _states.EncodeAll());
        Assert.Equal(AwarenessMessage.Encode([Gone(6, 1)]), _states.Encode([6, 77]));
    }

    [Fact]
    public void A_forged_clock_cannot_shut_the_owner_out()
    {
        _states.Apply([State(5, 40, "1")]);
        var forged = _states.Tame(State(5, Lib0Reader.MaxInteger, "2"));
        Assert.Equal(41, forged.Clock);
        _states.Apply([forged]);
        Assert.Equal([5], _states.Apply([_states.Tame(State(5, 42, "3"))]).Updated);
        Assert.Equal(1, _states.Tame(State(6, Lib0Reader.MaxInteger, "2")).Clock);
    }

    [Fact]
    public void A_client_that_comes_back_with_its_old_clock_is_seen_again_at_once()
    {
        _states.Apply([State(5, 7, "1")]);
        _states.Remove([5]);
        var returned = _states.Tame(State(5, 7, "1"));
        Assert.True(returned.Clock > 7);
        Assert.Equal([5], _states.Apply([returned]).Updated);
        // What it echoes of itself afterwards is no news, and what says that it is gone keeps its clock.
        Assert.True(_states.Apply([_states.Tame(State(5, returned.Clock, "1"))]).IsEmpty);
        Assert.True(_states.Apply([_states.Tame(State(5, 7, "0"))]).IsEmpty);
        Assert.Equal([5], _states.Apply([_states.Tame(Gone(5, returned.Clock))]).Removed);
    }

    [Fact]
    public void What_a_client_says_before_it_hears_of_its_new_clock_counts_and_its_late_echo_does_not()
    {
        _states.Apply([State(5, 7, "1")]);
        _states.Remove([5]);
        var given = _states.Tame(State(5, 7, "1"));
        _states.Apply([given]);
        Assert.Equal([5], _states.Apply([_states.Tame(State(5, 8, "2"))]).Updated);
        Assert.True(_states.Apply([_states.Tame(State(5, given.Clock, "1"))]).IsEmpty);
        Assert.Equal([5], _states.Apply([_states.Tame(State(5, 9, "3"))]).Updated);
        Assert.True(_states.Apply([_states.Tame(State(5, 8, "2"))]).IsEmpty);
        Assert.Equal("3"u8.ToArray(), _states.StateOf(5));
        // It has heard, and counts on from there.
        var next = _states.ClockOf(5)!.Value + 1;
        Assert.Equal([5], _states.Apply([_states.Tame(State(5, next, "4"))]).Updated);
        Assert.Equal([5], _states.Apply([_states.Tame(Gone(5, next))]).Removed);
    }

    [Fact]
    public void A_client_that_leaves_before_it_hears_of_its_new_clock_is_gone()
    {
        _states.Apply([State(5, 7, "1")]);
        _states.Remove([5]);
        _states.Apply([_states.Tame(State(5, 7, "1"))]);
        Assert.Equal([5], _states.Apply([_states.Tame(Gone(5, 8))]).Removed);
        Assert.Null(_states.StateOf(5));
    }

    [Fact]
    public void A_client_that_was_there_all_along_is_shown_again_as_news_and_what_it_says_before_it_hears_of_that_counts()
    {
        _states.Apply([State(5, 7, "1")]);
        for (var i = 1; i <= 2; i++)
        {
            _states.Remove([5]);
            Assert.Equal([5], _states.Return(5, "1"u8.ToArray()).Updated);
            Assert.Equal(7 + (i * 1024), _states.ClockOf(5));
        }
        Assert.True(_states.Return(5, "2"u8.ToArray()).IsEmpty);
        Assert.True(_states.Return(6, "2"u8.ToArray()).IsEmpty);
        // Twice given another clock, it has heard of neither.
        Assert.Equal([5], _states.Apply([_states.Tame(State(5, 8, "3"))]).Updated);
        // Now it has.
        Assert.Equal([5], _states.Apply([_states.Tame(State(5, _states.ClockOf(5)!.Value + 1, "4"))]).Updated);
        Assert.Equal("4"u8.ToArray(), _states.StateOf(5));
    }

    [Fact]
    public void An_empty_first_announcement_stays_unseen()
    {
        Assert.Equal(0, _states.Tame(State(5, 0, "{}")).Clock);
        Assert.True(_states.Apply([_states.Tame(State(5, 0, "{}"))]).IsEmpty);
    }

    [Fact]
    public void A_server_has_no_state_of_its_own()
    {
        Assert.True(_states.RenewLocal().IsEmpty);
        Assert.Throws<InvalidOperationException>(() => _states.SetLocal("{}"u8.ToArray()));
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("1e999999")]
    [InlineData("-123456789012345678901234567890123456789012345678901234567890.5e-77777")]
    [InlineData("{\"a\":{\"b\":{\"c\":{}}}}")]
    [InlineData(" {} ")]
    public void Unusual_JSON_is_accepted_byte_for_byte(string json)
    {
        Assert.Equal(DecodeError.None, Decode(json, out var entries));
        Assert.Equal(json, Encoding.UTF8.GetString(Assert.Single(entries).State!));
    }

    [Theory]
    [InlineData("null")]
    [InlineData(" null\n")]
    public void Null_is_gone_however_it_is_spaced(string json)
    {
        Assert.Equal(DecodeError.None, Decode(json, out var entries));
        Assert.Null(Assert.Single(entries).State);
    }

    [Theory]
    [InlineData("", DecodeError.InvalidJson)]
    [InlineData("{", DecodeError.InvalidJson)]
    [InlineData("{}{}", DecodeError.InvalidJson)]
    [InlineData("{} // a", DecodeError.InvalidJson)]
    [InlineData("[1,]", DecodeError.InvalidJson)]
    [InlineData("NaN", DecodeError.InvalidJson)]
    [InlineData("\uFEFF{}", DecodeError.InvalidJson)]
    [InlineData("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", DecodeError.NestingTooDeep)]
    [InlineData("[[[[[", DecodeError.NestingTooDeep)]
    public void Other_text_is_refused_with_the_reason(string json, DecodeError reason)
    {
        Assert.Equal(reason, Decode(json, out var entries));
        Assert.Empty(entries);
    }

    [Fact]
    public void Bounds_hold_for_bytes_depth_and_number_of_entries()
    {
        Assert.Equal(DecodeError.None, Decode('"' + new string('x', 2046) + '"', out _));
        Assert.Equal(DecodeError.LimitExceeded, Decode('"' + new string('x', 2047) + '"', out _));
        Assert.Equal(DecodeError.NestingTooDeep, Decode(new string('[', 1000), out _));
        var crowd = AwarenessMessage.Encode([.. Enumerable.Range(0, 1001).Select(i => Gone(i, 1))]);
        Assert.Equal(DecodeError.LimitExceeded, AwarenessMessage.Decode(crowd, AwarenessLimits.Default, out _));
    }

    [Fact]
    public void Nothing_of_a_message_with_a_broken_end_is_given()
    {
        var message = AwarenessMessage.Encode([State(5, 1, "{}"), State(6, 1, "{}")]);
        for (var length = 0; length < message.Length; length++)
        {
            Assert.NotEqual(DecodeError.None, AwarenessMessage.Decode(message.AsSpan(0, length), AwarenessLimits.Default, out var entries));
            Assert.Empty(entries);
        }
        Assert.Equal(DecodeError.TrailingBytes, AwarenessMessage.Decode([.. message, 0], AwarenessLimits.Default, out _));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = AwarenessMessage.Encode([State(random.Next(9), random.Next(9), "{\"a\":[1,\"\\ud83d\"],\"user\":{}}")]);
            for (var fault = random.Next(4); fault >= 0; fault--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (AwarenessMessage.Decode(bytes, AwarenessLimits.Default, out var entries) != DecodeError.None) Assert.Empty(entries);
        }
    }

    private static AwarenessEntry State(long client, long clock, string json) => new(client, clock, Encoding.UTF8.GetBytes(json));

    private static AwarenessEntry Gone(long client, long clock) => new(client, clock, null);

    private static DecodeError Decode(string json, out IReadOnlyList<AwarenessEntry> entries) =>
        AwarenessMessage.Decode(AwarenessMessage.Encode([State(5, 1, json)]), AwarenessLimits.Default, out entries);
}
