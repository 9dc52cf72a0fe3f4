//! Trying one offer after another.

use super::{MachineRef, Offer, Order, Provider, ProviderError, ProviderErrorKind};

/// Creates a machine from the first of `offers` that has capacity, and says which that was. The order's own offer is not
/// looked at. Only a refusal for want of capacity moves on to the next: it is certain that nothing was created.
///
/// # Errors
/// The last refusal when none has capacity, or the first error of another kind.
pub async fn create_in_order(
    provider: &dyn Provider,
    order: &Order,
    offers: &[Offer],
) -> Result<(MachineRef, Offer), ProviderError> {
    let mut last = ProviderError::new(ProviderErrorKind::NoCapacity, "nothing is on offer");
    for offer in offers {
        let order = Order { offer: offer.clone(), ..order.clone() };
        match provider.create(&order).await {
            Ok(reference) => return Ok((reference, order.offer)),
            Err(error) if error.kind == ProviderErrorKind::NoCapacity => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}
