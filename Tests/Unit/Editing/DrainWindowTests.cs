using CollabHub.Domain.Editing;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>People on a stopping node are told to move one after another, not all at once.</summary>
public class DrainWindowTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    [Fact]
    public async Task A_few_are_told_at_once()
    {
        var told = new List<int>();
        await Spreading.RunAsync<int>([.. Enumerable.Range(0, Spreading.AtOnce)], told.Add, Window, new FakeTimeProvider(), default);
        Assert.Equal(Spreading.AtOnce, told.Count);
        await Spreading.RunAsync<int>([], told.Add, Window, new FakeTimeProvider(), default);
    }

    [Theory]
    [InlineData(220, 1)]
    [InlineData(820, 4)]
    [InlineData(10_000, 8)]
    public async Task Many_are_told_evenly_at_200_a_second_or_within_the_window(int people, int seconds)
    {
        var time = new FakeTimeProvider();
        var told = new List<TimeSpan>();
        var began = time.GetTimestamp();
        var telling = Spreading.RunAsync<int>([.. Enumerable.Range(0, people)], _ => told.Add(time.GetElapsedTime(began)), Window, time, default);
        while (!telling.IsCompleted) time.Advance(Step);
        await telling;
        Assert.Equal(people, told.Count);
        Assert.InRange(told[^1], TimeSpan.FromSeconds(seconds) - Step, TimeSpan.FromSeconds(seconds) + Step);
        // Each second gets its share: nobody comes in a crowd.
        var share = (double)(people - Spreading.AtOnce) / seconds;
        for (var second = 0; second < seconds; second++)
        {
            var within = told.Count(at => at > TimeSpan.Zero && at > TimeSpan.FromSeconds(second) && at <= TimeSpan.FromSeconds(second + 1));
            Assert.InRange(within, share * 0.9, share * 1.1 + Spreading.AtOnce);
        }
    }

    [Fact]
    public async Task Who_gives_up_tells_nobody_else()
    {
        var told = 0;
        using var over = new CancellationTokenSource();
        var telling = Spreading.RunAsync<int>([.. Enumerable.Range(0, 100)], _ => told++, Window, new FakeTimeProvider(), over.Token);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => telling);
        Assert.Equal(Spreading.AtOnce, told);
    }

    [Fact]
    public async Task Who_was_not_told_yet_goes_on_working_and_what_it_types_is_committed()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var people = new List<Member>();
        for (var i = 0; i < Spreading.AtOnce + 10; i++) people.Add(await bench.EnterAsync(node, i % 2 == 0 ? bench.Ada : bench.Bob));
        var draining = node.DrainAsync(default);
        Assert.Equal("server.draining", (await people[0].NextAsync(RoomFrameKind.Closed)).Code);
        Assert.False(people[^1].Subscription.IsClosed);
        await people[^1].TypeAsync("still here");
        await people[^1].NextAsync(RoomFrameKind.Saved);
        while (!draining.IsCompleted)
        {
            bench.Time.Advance(Step);
            await Task.WhenAny(draining, Task.Yield().ToTask());
        }
        await draining;
        foreach (var person in people) Assert.True(person.Subscription.IsClosed);
        Assert.Equal("still here", await bench.ColdTextAsync());
    }
}
