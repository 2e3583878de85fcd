using System.Collections.Concurrent;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Storage;
using CollabHub.Hubs.Mail;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace CollabHub.Tests.Functional;

public class MailTests
{
    private static readonly MailMessage Letter = new("bob@example.org", "Grüße", "Hello Bob\n", "<p>Hello Bob</p>");

    [Fact]
    public async Task A_mail_of_a_committed_transaction_becomes_one_file()
    {
        await using var hub = TestHub.Start();
        await QueueAsync(hub, commit: true);
        var mail = await hub.MailToAsync("bob@example.org");
        Assert.Equal("Grüße", mail.Subject);
        Assert.Equal("Hello Bob", mail.TextBody!.Trim());
        Assert.Equal("<p>Hello Bob</p>", mail.HtmlBody!.Trim());
        Assert.Equal("collabhub@localhost", mail.From.Mailboxes.Single().Address);
        await Eventually.TrueAsync(async () => await CountAsync(hub) == 0);
        Assert.Single(Directory.GetFiles(Path.Combine(hub.DataDirectory, "mail")));
    }

    [Fact]
    public async Task A_mail_of_a_transaction_that_was_rolled_back_was_never_there()
    {
        await using var hub = TestHub.Start();
        await QueueAsync(hub, commit: false);
        await QueueAsync(hub, commit: true);
        await hub.MailToAsync("bob@example.org");
        Assert.Single(hub.Mails());
    }

    [Fact]
    public async Task A_mail_that_cannot_be_delivered_is_tried_again_until_it_goes_and_then_never_more()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var transport = new FaultyTransport(failures: 3);
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock).AddSingleton<IMailTransport>(transport));
        await QueueAsync(hub, commit: true);
        await Eventually.TrueAsync(() =>
        {
            // Longer than the first waits together, and short: every timer of the server rings on the way.
            clock.Advance(TimeSpan.FromSeconds(20));
            hub.Services.GetRequiredService<MailSignal>().Wake();
            return !transport.Delivered.IsEmpty;
        });
        await Eventually.TrueAsync(async () => await CountAsync(hub) == 0);
        Assert.Equal(4, transport.Tries);
        Assert.Single(transport.Delivered);
        Assert.Equal(3, hub.Log.Lines.Count(line => line.Contains("could not be delivered", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_waits_in_the_outbox_cannot_be_read_there()
    {
        await using var hub = TestHub.Start(services => services.AddSingleton<IMailTransport>(new FaultyTransport(int.MaxValue)));
        await QueueAsync(hub, commit: true);
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        var payload = await db.FindAsync<string>("select payload from outbox", null, default);
        Assert.DoesNotContain("Bob", payload, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_goes_to_the_configured_folder()
    {
        var folder = Directory.CreateTempSubdirectory("collabhub-mail-");
        await using (var hub = TestHub.Start(("Email:PickupDirectory", folder.FullName)))
        {
            await QueueAsync(hub, commit: true);
            await Eventually.TrueAsync(() => folder.GetFiles("*.eml").Length == 1);
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Waits_between_tries_grow_and_are_bounded()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), MailBackoff.After(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(2), MailBackoff.After(1, 1));
        Assert.Equal(TimeSpan.FromSeconds(64), MailBackoff.After(6, 1));
        Assert.Equal(TimeSpan.FromHours(1), MailBackoff.After(10_000, 1));
    }

    private static async Task QueueAsync(TestHub hub, bool commit)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        var queue = scope.ServiceProvider.GetRequiredService<IMailQueue>();
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().RunAsync(
            async ct =>
            {
                await queue.EnqueueAsync(Letter, ct);
                return commit;
            },
            commit: done => done,
            default);
    }

    private static async Task<long> CountAsync(TestHub hub)
    {
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        return await db.FindAsync<long>("select count(*) from outbox", null, default);
    }

    private sealed class FaultyTransport(int failures) : IMailTransport
    {
        private int _tries;

        public int Tries => Volatile.Read(ref _tries);

        public ConcurrentQueue<MimeMessage> Delivered { get; } = new();

        public Task SendAsync(MimeMessage mail, long id, CancellationToken ct)
        {
            if (Interlocked.Increment(ref _tries) <= failures) throw new IOException("The mail server is away.");
            Delivered.Enqueue(mail);
            return Task.CompletedTask;
        }
    }
}
