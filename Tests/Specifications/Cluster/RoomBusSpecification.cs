using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Specifications.Cluster;

/// <summary>What every room bus keeps, whatever carries it.</summary>
public abstract class RoomBusSpecification : IAsyncLifetime
{
    private readonly FileId _file = new(Guid.NewGuid());
    private readonly List<Ear> _ears = [];

    /// <summary>A node of one cluster.</summary>
    protected abstract ValueTask<IRoomBus> NodeAsync(string name);

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var ear in _ears) await ear.Channel.DisposeAsync();
    }

    [Fact]
    public async Task Every_kind_of_message_reaches_the_rooms_of_other_nodes_as_it_was_said()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        var from = new BusSender("one", 3);
        one.Channel.Publish(new BusHello(from));
        one.Channel.Publish(new BusEdits(from, 1, new byte[] { 1, 2, 3 }));
        one.Channel.Publish(new BusCursors(from, new byte[] { 4 }));
        one.Channel.Publish(new BusCommitted(from, 1, 2, 7, 300_000, 1));
        Assert.Equal(new BusHello(from), await two.NextAsync());
        var edits = Assert.IsType<BusEdits>(await two.NextAsync());
        Assert.Equal((from, 1), (edits.From, edits.Number));
        Assert.Equal([1, 2, 3], edits.Update.ToArray());
        Assert.Equal([4], Assert.IsType<BusCursors>(await two.NextAsync()).Awareness.ToArray());
        Assert.Equal(new BusCommitted(from, 1, 2, 7, 300_000, 1), await two.NextAsync());
    }

    [Fact]
    public async Task A_node_does_not_hear_itself()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        one.Channel.Publish(new BusHello(new BusSender("one", 1)));
        two.Channel.Publish(new BusHello(new BusSender("two", 1)));
        // What two said comes after what one said itself, if one heard itself at all.
        Assert.Equal("two", (await one.NextAsync()).From.Node);
    }

    [Fact]
    public async Task Messages_of_a_node_arrive_in_their_order()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        var from = new BusSender("one", 1);
        for (var i = 1; i <= 2000; i++) one.Channel.Publish(new BusEdits(from, i, new byte[] { (byte)i }));
        for (var i = 1; i <= 2000; i++) Assert.Equal(i, Assert.IsType<BusEdits>(await two.NextAsync()).Number);
    }

    [Fact]
    public async Task Files_do_not_hear_each_other()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        var other = await OpenAsync("one", new FileId(Guid.NewGuid()));
        other.Channel.Publish(new BusHello(new BusSender("one", 1)));
        one.Channel.Publish(new BusHello(new BusSender("one", 2)));
        Assert.Equal(2, (await two.NextAsync()).From.Opening);
    }

    [Fact]
    public async Task A_channel_that_was_put_away_hears_nothing_more()
    {
        var (one, two, three) = (await OpenAsync("one"), await OpenAsync("two"), await OpenAsync("three"));
        await two.Channel.DisposeAsync();
        one.Channel.Publish(new BusHello(new BusSender("one", 1)));
        await three.NextAsync();
        Assert.Equal(0, two.Waiting);
    }

    [Fact]
    public async Task A_large_update_crosses_whole()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        var update = new byte[3_000_000];
        new Random(1).NextBytes(update);
        one.Channel.Publish(new BusEdits(new BusSender("one", 1), 1, update));
        Assert.Equal(update, Assert.IsType<BusEdits>(await two.NextAsync()).Update.ToArray());
    }

    private protected async Task<Ear> OpenAsync(string name, FileId? file = null)
    {
        var ear = new Ear();
        ear.Channel = await (await NodeAsync(name)).SubscribeAsync(file ?? _file, ear.Hear, default);
        _ears.Add(ear);
        return ear;
    }

    private protected sealed class Ear
    {
        private readonly Channel<RoomBusMessage> _heard = System.Threading.Channels.Channel.CreateUnbounded<RoomBusMessage>();

        public IRoomChannel Channel { get; set; } = null!;

        public int Waiting => _heard.Reader.Count;

        public void Hear(RoomBusMessage message) => _heard.Writer.TryWrite(message);

        /// <summary>Whether such a message is among those that have come; it and those before it are taken.</summary>
        public bool HasHeard(Func<RoomBusMessage, bool> fits)
        {
            while (_heard.Reader.TryRead(out var message))
            {
                if (fits(message)) return true;
            }
            return false;
        }

        public async Task<RoomBusMessage> NextAsync() => await _heard.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

        public async Task<RoomBusMessage> NextAsync(Func<RoomBusMessage, bool> fits)
        {
            while (true)
            {
                var message = await NextAsync();
                if (fits(message)) return message;
            }
        }
    }
}

public sealed class InProcessRoomBusTests : RoomBusSpecification
{
    private readonly InProcessRoomBus.Exchange _exchange = new();

    protected override ValueTask<IRoomBus> NodeAsync(string name) => new(new InProcessRoomBus(_exchange, name));
}
