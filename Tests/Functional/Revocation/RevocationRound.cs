using System.Diagnostics;
using System.Net;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Teams;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Revocation;

/// <summary>What was measured, from the answer of REST on.</summary>
/// <param name="Edge">How the person was connected.</param>
/// <param name="How">What was done.</param>
/// <param name="Delivered">To the last text that reached the person, ms; null where reading on is right.</param>
/// <param name="Accepted">To the last edit of the person that reached another one, ms.</param>
internal sealed record Measured(string Edge, string How, double? Delivered, double Accepted)
{
    public double Worst => Math.Max(Delivered ?? 0, Accepted);
}

/// <summary>Two people type into a file without a pause; one of them loses the right to, and both type on.</summary>
internal static class RevocationRound
{
    public static readonly string[] Ways = ["lowered", "removed", "ended", "signed out"];

    // A second for the revocation, and a while in which nothing may come.
    private static readonly TimeSpan Observed = TimeSpan.FromSeconds(1.5);

    public static async Task<Measured> RunAsync(TestHub hub, string edge, string how)
    {
        var (ada, vic) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Vic"));
        var (session, _, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, vic);
        await using var connection = await ada.HubAsync(messagePack: true);
        using var over = new CancellationTokenSource(Eventually.Patience);
        long lastAccepted = 0;
        var watching = WatchAsync(connection, file, () => Interlocked.Exchange(ref lastAccepted, Stopwatch.GetTimestamp()), over.Token);
        await using var victim = await VictimEditor.OpenAsync(hub, vic, file, edge);
        var reading = victim.ReadAsync(over.Token);
        await Eventually.TrueAsync(() => connection.State == HubConnectionState.Connected && !watching.IsCompleted);
        var adas = WriteAsync(connection, file, over.Token);
        var vics = victim.TypeAsync(over.Token);
        await Eventually.TrueAsync(() => Interlocked.Read(ref lastAccepted) > 0 && victim.LastText > 0);

        await RevokeAsync(how, ada, vic, session);
        var revoked = Stopwatch.GetTimestamp();
        using (var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while (Stopwatch.GetElapsedTime(revoked) < Observed) await pace.WaitForNextTickAsync(over.Token);
        }
        var measured = new Measured(edge, how, how == "lowered" ? null : Since(revoked, victim.LastText), Since(revoked, Interlocked.Read(ref lastAccepted)));
        await over.CancelAsync();
        await victim.CloseAsync();
        await Task.WhenAll(watching, adas, vics, reading);
        return measured;
    }

    private static double Since(long revoked, long last) => Math.Max(0, Stopwatch.GetElapsedTime(revoked, last).TotalMilliseconds);

    private static async Task RevokeAsync(string how, TestUser ada, TestUser vic, Guid session)
    {
        var person = $"api/sessions/{session}/participants/{vic.Id}";
        switch (how)
        {
            case "lowered": await (await ada.PatchAsync(person, new { role = "viewer" })).OkAsync(); break;
            case "removed": Assert.Equal(HttpStatusCode.NoContent, (await ada.DeleteAsync(person)).StatusCode); break;
            case "ended": await (await ada.PostAsync($"api/sessions/{session}/end")).OkAsync(); break;
            case "signed out": Assert.Equal(HttpStatusCode.NoContent, (await vic.PostAsync("api/auth/logout", new { refreshToken = vic.RefreshToken })).StatusCode); break;
            default: await (await ada.GetAsync($"api/sessions/{session}")).OkAsync(); break;
        }
    }

    // Her own edits do not come back to her: each edit that she hears of is one of his that was accepted.
    private static async Task WatchAsync(HubConnection connection, Guid file, Action accepted, CancellationToken ct)
    {
        try
        {
            await foreach (var frame in connection.StreamAsync<FileFrame>("OpenFile", file, new byte[] { 0 }, ct))
            {
                if (frame.Kind == "edit") accepted();
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private static async Task WriteAsync(HubConnection connection, Guid file, CancellationToken ct)
    {
        using var typed = new Domain.Documents.YDocument();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            for (var seq = 1L; await pace.WaitForNextTickAsync(ct); seq++)
            {
                var update = typed.ApplyTextEdits(Domain.Editing.FileRoom.TextRoot, 11, [new Domain.Documents.TextEdit(0, 0, "a")])!;
                await connection.SendAsync("PushEdit", file, seq, update, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }
}
