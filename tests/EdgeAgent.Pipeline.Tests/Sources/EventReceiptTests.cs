using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class EventReceiptTests
{
    [Fact]
    public void A_receipt_finishes_its_message_when_the_last_of_its_events_is_safe()
    {
        var acknowledgements = new Acknowledgements();
        var receipt = new EventReceipt(acknowledgements, token: 7);
        receipt.AddEvent();
        receipt.AddEvent();

        receipt.Release();
        receipt.Release();
        Assert.Empty(acknowledgements.Finished);
        receipt.Release();

        Assert.Equal([7], acknowledgements.Finished);
        Assert.Equal(1, acknowledgements.Acknowledged);
    }
}
