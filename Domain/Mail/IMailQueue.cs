namespace CollabHub.Domain.Mail;

/// <summary>One e-mail, ready to send.</summary>
/// <param name="To">A single address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The plain-text part.</param>
/// <param name="Html">The HTML part; everything from users in it is already encoded.</param>
public sealed record MailMessage(string To, string Subject, string Text, string Html);

/// <summary>Takes mail in the transaction that gives reason for it; it is delivered after the commit, at least once.</summary>
public interface IMailQueue
{
    /// <summary>Queues one mail; must be called inside <see cref="Storage.IUnitOfWork.RunAsync{T}"/>.</summary>
    Task EnqueueAsync(MailMessage message, CancellationToken ct);
}
