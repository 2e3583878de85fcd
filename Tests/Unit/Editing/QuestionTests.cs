using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>Questions for what is missing: their size, and how many answers may wait.</summary>
public class QuestionTests
{
    [Fact]
    public async Task A_state_vector_may_name_as_many_unknown_clients_as_the_bound_and_all_that_the_file_knows()
    {
        await using var bench = new EditingBench(new EditingOptions { MaxVectorEntries = 10 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        using var document = new YDocument();
        for (var client = 1; client <= 50; client++) await ada.PushAsync(document.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(0, 0, "x")])!);
        await ada.Room.ReadTextAsync(default);
        Assert.Null(await RefusalAsync(bench, node, Vector(1, 60)));
        Assert.Equal("edit.too_large", await RefusalAsync(bench, node, Vector(1, 61)));
        Assert.Equal("edit.too_large", await RefusalAsync(bench, node, Vector(1001, 11)));
        await ada.RestAsync();
        await ada.Room.SyncAsync(ada.Subscription, Vector(1001, 11), default);
        Assert.Equal("edit.too_large", (await ada.NextAsync(RoomFrameKind.Rejected)).Code);
    }

    [Fact]
    public async Task While_an_answer_waits_further_questions_add_none()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync("text");
        await ada.NextAsync(RoomFrameKind.Saved);
        for (var i = 0; i < 20; i++) await ada.Room.SyncAsync(ada.Subscription, new byte[] { 0 }, default);
        Assert.Single(await ada.RestAsync(), frame => frame.Kind == RoomFrameKind.Sync);
        await ada.Room.SyncAsync(ada.Subscription, new byte[] { 0 }, default);
        await ada.NextAsync(RoomFrameKind.Sync);
    }

    private static async Task<string?> RefusalAsync(EditingBench bench, RoomDirectory node, byte[] vector)
    {
        using var lease = (await node.EnterAsync(bench.File, default)).Value;
        var subscription = new FileSubscription(bench.Bob, new AwarenessUser("id", "Bob", "#111111", "#11111133"), echo: false, bench.Options);
        var joined = await lease.Room.JoinAsync(subscription, Role.Editor, vector, default);
        lease.Room.Leave(subscription);
        return joined.Error?.Code;
    }

    private static byte[] Vector(long first, int clients)
    {
        var vector = new StateVector();
        for (var client = first; client < first + clients; client++) vector[client] = 1;
        return vector.Encode();
    }
}
