using System.Net;
using System.Net.Http.Json;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>The bound on the files of one connection holds however they are opened, and what did not open takes no place.</summary>
public class OpenFilePlacesTests
{
    private const int Places = 4;
    private const string NoPlace = "rate_limited: file.too_many_open";

    [Fact]
    public async Task Files_that_are_opened_at_once_find_as_many_places_as_there_are()
    {
        await using var hub = TestHub.Start(("Limits:FilesPerConnection", $"{Places}"));
        var ada = await hub.GuestAsync("Ada");
        var files = await FilesAsync(ada, 24);
        await using var connection = await ada.HubAsync(messagePack: true);
        using var all = new CancellationTokenSource();
        var opened = await Task.WhenAll(files.Select(file => OpenAsync(connection, file, all.Token)));
        Assert.Equal(Places, opened.Count(answer => answer == "sync"));
        Assert.Equal(files.Count - Places, opened.Count(answer => answer.Contains(NoPlace, StringComparison.Ordinal)));
        await all.CancelAsync();
        // Closing is told to nobody: a place is free once the stream has ended.
        await Eventually.TrueAsync(async () => await OpenAsync(connection, files[0], default) == "sync");
    }

    [Fact]
    public async Task A_file_has_one_place_however_often_it_is_opened()
    {
        await using var hub = TestHub.Start(("Limits:FilesPerConnection", "1"));
        var ada = await hub.GuestAsync("Ada");
        var files = await FilesAsync(ada, 2);
        await using var connection = await ada.HubAsync(messagePack: true);
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync(connection, files[0], default)));
        // Those that a newer one overtook before they had anything to tell end with that.
        Assert.All(opened, answer => Assert.True(answer is "sync" or "closed", answer));
        Assert.Contains(NoPlace, await OpenAsync(connection, files[1], default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_open_gives_its_place_back()
    {
        await using var hub = TestHub.Start(("Limits:FilesPerConnection", "1"));
        var ada = await hub.GuestAsync("Ada");
        var files = await FilesAsync(ada, 1);
        await using var connection = await ada.HubAsync(messagePack: true);
        for (var i = 0; i < 3; i++) Assert.Contains("not_found: file.not_found", await OpenAsync(connection, Guid.NewGuid(), default), StringComparison.Ordinal);
        Assert.Equal("sync", await OpenAsync(connection, files[0], default));
    }

    private static async Task<IReadOnlyList<Guid>> FilesAsync(TestUser user, int count)
    {
        var (_, workspace, first) = await user.SessionWithFileAsync("text");
        var files = new List<Guid> { first };
        while (files.Count < count)
        {
            using var added = await user.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path = $"{files.Count}.txt" });
            files.Add((await added.OkAsync(HttpStatusCode.Created)).GetProperty("fileId").GetGuid());
        }
        return files;
    }

    /// <summary>Opens a file until the token or the connection ends; answers the kind of its first frame, or the refusal.</summary>
    private static async Task<string> OpenAsync(HubConnection connection, Guid file, CancellationToken until)
    {
        try
        {
            // Not disposed: that would close the file.
            var frames = connection.StreamAsync<FileFrame>("OpenFile", file, new byte[] { 0 }, until).GetAsyncEnumerator(until);
            return await frames.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience, CancellationToken.None) ? frames.Current.Kind : "ended";
        }
        catch (HubException exception)
        {
            return exception.Message;
        }
    }
}
