using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.History;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Unit.History;

/// <summary>Who wrote a line, against a second bookkeeping that knows nothing of clocks and records.</summary>
public sealed class BlamingTests
{
    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 20)]
    [InlineData(3, 1000)]
    [InlineData(4, 7)]
    public async Task Random_edits_of_three_people_are_blamed_as_a_list_of_characters_says(int seed, int snapshotRecords)
    {
        await using var bench = new EditingBench(new EditingOptions { SnapshotRecords = snapshotRecords });
        var node = await bench.StartAsync();
        using var lease = (await node.EnterAsync(bench.File, default)).Value;
        var random = new Random(seed);
        // The truth: every character with its author and minute. Edits go through the smallest-edit path of REST, restore and import.
        var truth = new List<(char Text, UserId User, DateTimeOffset At)>();
        var people = new[] { bench.Ada, bench.Bob };
        for (var round = 0; round < 150; round++)
        {
            // Times are kept to the minute once records are dropped; within one, who was last is not told.
            bench.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 4)));
            var user = people[random.Next(people.Length)];
            var at = random.Next(truth.Count + 1);
            if (random.Next(4) == 0 && truth.Count > 0) truth.RemoveRange(Math.Min(at, truth.Count - 1), 1);
            else truth.InsertRange(at, Word(random, round).Select(c => (c, user, bench.Time.GetUtcNow())));
            var text = string.Concat(truth.Select(c => c.Text));
            Assert.Null((await lease.Room.ReplaceTextAsync(user, text, null, default)).Error);
        }
        await Eventually.TrueAsync(async () => await bench.ScalarAsync<long>("select count(*) from file_authorship where file_id = @file") > 0 || snapshotRecords > 150);
        var store = new AuthorshipStore(bench.Database);
        var authored = (await lease.Room.ReadAuthoredTextAsync(default))!;
        var blame = Blaming.Lines(authored, (await store.ReadAsync(bench.File, default)).Value, bench.Time.GetUtcNow());
        Assert.Equal(Expected(truth), blame.Lines.Select(line => (line.User!.Value, line.At!.Value)));
        // A process without any memory says the same.
        var cold = bench.Node("cold", onBus: false);
        using var again = (await cold.EnterAsync(bench.File, default)).Value;
        var reread = Blaming.Lines((await again.Room.ReadAuthoredTextAsync(default))!, (await store.ReadAsync(bench.File, default)).Value, bench.Time.GetUtcNow());
        Assert.Equal(blame.Lines, reread.Lines);
    }

    [Fact]
    public async Task Who_presses_enter_behind_a_line_has_not_written_it_and_crlf_does_not_matter()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        using var lease = (await node.EnterAsync(bench.File, default)).Value;
        await lease.Room.ReplaceTextAsync(bench.Ada, "hers\r\nmore\r\n", null, default);
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        await lease.Room.ReplaceTextAsync(bench.Bob, "hers\r\n\r\nhis\nmore\r\n", null, default);
        var known = (await new AuthorshipStore(bench.Database).ReadAsync(bench.File, default)).Value;
        var blame = Blaming.Lines((await lease.Room.ReadAuthoredTextAsync(default))!, known, bench.Time.GetUtcNow());
        Assert.Equal([bench.Ada, bench.Bob, bench.Bob, bench.Ada], blame.Lines.Select(line => line.User!.Value));
    }

    [Fact]
    public void What_came_first_stays_and_only_new_parts_are_added()
    {
        var index = new AuthorshipIndex([]);
        var (ada, bob) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        var at = DateTimeOffset.UnixEpoch;
        index.Add(new Stretch(1, 10, 20, ada, 1, at));
        Assert.Equal([(0L, 10L), (20L, 25L)], index.Add(new Stretch(1, 0, 25, bob, 2, at)).Select(s => (s.From, s.To)));
        Assert.Equal([(5L, 10L, bob), (10L, 20L, ada), (20L, 22L, bob)], index.Covering(1, 5, 22).Select(s => (s.From, s.To, s.User!.Value)));
        Assert.Empty(index.Covering(2, 0, 100));
    }

    [Fact]
    public void Neighbours_of_one_person_and_minute_become_one()
    {
        var ada = new UserId(Guid.NewGuid());
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var condensed = AuthorshipIndex.Condense(
        [
            new Stretch(1, 0, 5, ada, 1, noon), new Stretch(1, 5, 6, ada, 2, noon.AddSeconds(59)), new Stretch(1, 6, 7, ada, 3, noon.AddSeconds(60)),
            new Stretch(1, 8, 9, ada, 4, noon.AddSeconds(60)), new Stretch(1, 9, 10, null, 5, noon.AddSeconds(60)),
        ]);
        Assert.Equal([(0L, 6L, 2L), (6L, 7L, 3L), (8L, 9L, 4L), (9L, 10L, 5L)], condensed.Select(s => (s.From, s.To, s.Seq)));
    }

    // Never twice the same word, so that the smallest edit is exactly what was meant.
    private static string Word(Random random, int round)
    {
        var word = new StringBuilder();
        for (var length = random.Next(1, 6); length > 0; length--) word.Append((char)(0x4E00 + round * 8 + length));
        return random.Next(2) == 0 ? word.Append('\n').ToString() : word.ToString();
    }

    private static IEnumerable<(UserId User, DateTimeOffset At)> Expected(List<(char Text, UserId User, DateTimeOffset At)> truth)
    {
        var line = new List<(char Text, UserId User, DateTimeOffset At)>();
        foreach (var character in truth)
        {
            if (character.Text != '\n')
            {
                line.Add(character);
                continue;
            }
            yield return Newest(line.Count > 0 ? line : [character]);
            line.Clear();
        }
        if (line.Count > 0) yield return Newest(line);
    }

    private static (UserId User, DateTimeOffset At) Newest(List<(char Text, UserId User, DateTimeOffset At)> line)
    {
        var newest = line.MaxBy(character => character.At);
        return (newest.User, newest.At);
    }
}
